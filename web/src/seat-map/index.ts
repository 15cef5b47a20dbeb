/** The seat map, for pages that have one. */

import "../styles/seat-map.css";
import { SeatMapElement } from "./element";

customElements.define("seat-map", SeatMapElement);
