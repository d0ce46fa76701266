import type { ApiApp } from "../../functions/api/api-deps.ts";

/** Every `METHOD path` that the router knows, its paths written as the OpenAPI document writes them. */
export function routesOf(app: ApiApp): string[] {
  const routes = app.routes.filter(({ method }) => method !== "ALL");
  return [
    ...new Set(routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, "{$1}")}`)),
  ];
}
