"use strict";

// What the page calls lies where the page lies, which may be behind a proxy under any path.
const here = new URL(".", location.href).href.replace(/\/$/, "");

fetch("openapi.json")
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
  .then((spec) => {
    SwaggerUIBundle({
      spec: { ...spec, servers: [{ url: here }] },
      dom_id: "#swagger-ui",
      deepLinking: true,
      tryItOutEnabled: true,
      // The default one is on the internet.
      validatorUrl: null,
    });
  })
  .catch((error) => {
    document.getElementById("swagger-ui").textContent = `openapi.json: ${error.message}`;
  });
