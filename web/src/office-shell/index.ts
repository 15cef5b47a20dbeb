/** The office's frame: its styles, and the small things that make its pages quicker. */

import "./office.css";
import "./navigation.css";
import "./lists.css";
import "./till.css";
import { foldTables } from "./fold";
import { goByKey } from "./keys";

foldTables(document);
goByKey(document);
