/** The API's document, to read and to try. */

import "swagger-ui-dist/swagger-ui.css";
import "./index.css";

import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

const night = matchMedia("(prefers-color-scheme: dark)");
const followTheNight = () => document.documentElement.classList.toggle("dark-mode", night.matches);
night.addEventListener("change", followTheNight);
followTheNight();

SwaggerUI({
  url: "/api/openapi.json",
  dom_id: "#api-docs",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  tagsSorter: "alpha",
  validatorUrl: null,
});
