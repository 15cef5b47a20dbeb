/** The office's frame: its styles, and the small things that make its pages quicker. */

import "./office.css";
import { findByKey } from "./keys";
import { showHere } from "./here";

showHere(document);
findByKey(document);
