"""The door: devices, the verdict on each ticket, and who is inside."""

from houseful.scanning.attempts import Asked, Attempt, Verdict
from houseful.scanning.batch import scan_each
from houseful.scanning.devices import (
    KEY_PREFIX,
    EnrolledDevice,
    EnrolmentCode,
    create_device,
    enrol_device,
    get_device,
    home_of_key,
    list_devices,
    make_enrolment_code,
    rename_device,
    revoke_device,
)
from houseful.scanning.duty import (
    assign_device,
    end_session,
    list_assignments,
    remove_assignment,
    start_session,
)
from houseful.scanning.facts import ScanIncidentRaised, ScanReverted, TicketScanned
from houseful.scanning.gatekeeper import DoorGatekeeper, admit_device
from houseful.scanning.incidents import list_incidents, resolve_incident
from houseful.scanning.lanes import scan_quickly
from houseful.scanning.manifest import make_manifest, manifest_key
from houseful.scanning.models import Device, GateAssignment, ScanIncident
from houseful.scanning.problems import DeviceRevoked, EnrolCodeInvalid, NotRevertible
from houseful.scanning.queries import DoorFigures, Move, door_figures, moves_of, occupancy
from houseful.scanning.reverts import revert_scan
from houseful.scanning.rules import all_words
from houseful.scanning.scan_schemas import BATCH_MAX, BatchItem, NewScan, ScanView
from houseful.scanning.schemas import DeviceChanges
from houseful.scanning.service import judge_attempts, scan_ticket

__all__ = [
    "BATCH_MAX",
    "KEY_PREFIX",
    "Asked",
    "Attempt",
    "BatchItem",
    "Device",
    "DeviceChanges",
    "DeviceRevoked",
    "DoorFigures",
    "DoorGatekeeper",
    "EnrolCodeInvalid",
    "EnrolledDevice",
    "EnrolmentCode",
    "GateAssignment",
    "Move",
    "NewScan",
    "NotRevertible",
    "ScanIncident",
    "ScanIncidentRaised",
    "ScanReverted",
    "ScanView",
    "TicketScanned",
    "Verdict",
    "admit_device",
    "all_words",
    "assign_device",
    "create_device",
    "door_figures",
    "end_session",
    "enrol_device",
    "get_device",
    "home_of_key",
    "judge_attempts",
    "list_assignments",
    "list_devices",
    "list_incidents",
    "make_enrolment_code",
    "make_manifest",
    "manifest_key",
    "moves_of",
    "occupancy",
    "remove_assignment",
    "rename_device",
    "resolve_incident",
    "revert_scan",
    "revoke_device",
    "scan_each",
    "scan_quickly",
    "scan_ticket",
    "start_session",
]
