/** What every page has: the styles, and small behaviours that pages can live without. */

import "./styles/site.css";
import { askBeforeSending } from "./confirm";
import { showWork } from "./busy";
import { followNews } from "./news";

askBeforeSending(document);
showWork(document);
followNews(document);
