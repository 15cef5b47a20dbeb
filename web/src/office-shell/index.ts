/** The office's frame: its styles, and the small things that make its pages quicker. */

import "./office.css";
import { goByKey } from "./keys";
import { showHere } from "./here";

showHere(document);
goByKey(document);
