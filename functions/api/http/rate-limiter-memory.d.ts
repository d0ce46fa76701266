/** The one limiter that is used, without the others: these bring stores and processes of their own into a bundle. */
declare module "rate-limiter-flexible/lib/RateLimiterMemory.js" {
  // biome-ignore lint/style/noDefaultExport: this is how the library exports it
  export { RateLimiterMemory as default } from "rate-limiter-flexible";
}
