import type { Tag } from "./api-document.ts";

/** The groups of operations, in the order in which a person meets them. */
export const TAGS = [
  { name: "Uploads", description: "Bringing archives in: as the body of one request, or in requests of their own." },
  { name: "Jobs", description: "One conversion each: looking at them, stopping, repeating and deleting them." },
  { name: "Results", description: "What a job has made: file by file, in one ZIP, and what the job says of it." },
  { name: "Events", description: "Hearing of jobs: while they go on, and when they have ended." },
  { name: "Backfills", description: "Converting what lay in the uploads bucket before." },
  { name: "Service", description: "What the service says of itself." },
] as const satisfies readonly Tag[];

type TagName = (typeof TAGS)[number]["name"];

/** The name of an operation in generated clients, which is never changed, and its group. */
export interface OperationName {
  readonly operationId: string;
  readonly tag: TagName;
}

const named = (operationId: string, tag: TagName): OperationName => ({ operationId, tag });

/** By `METHOD path`. */
export const OPERATION_NAMES: Readonly<Record<string, OperationName>> = {
  "POST /v1/jobs": named("createJob", "Uploads"),
  "GET /v1/jobs/{id}/upload": named("getUpload", "Uploads"),
  "PUT /v1/jobs/{id}/upload": named("sendFile", "Uploads"),
  "POST /v1/jobs/{id}/upload/complete": named("completeUpload", "Uploads"),
  "DELETE /v1/jobs/{id}/upload": named("abortUpload", "Uploads"),
  "GET /v1/jobs": named("listJobs", "Jobs"),
  "GET /v1/jobs/{id}": named("getJob", "Jobs"),
  "POST /v1/jobs/{id}/cancel": named("cancelJob", "Jobs"),
  "POST /v1/jobs/{id}/retry": named("retryJob", "Jobs"),
  "DELETE /v1/jobs/{id}": named("deleteJob", "Jobs"),
  "GET /v1/jobs/{id}/files": named("listFiles", "Results"),
  "GET /v1/jobs/{id}/files/{path}": named("getFile", "Results"),
  "GET /v1/jobs/{id}/report": named("getReport", "Results"),
  "GET /v1/jobs/{id}/manifest": named("getManifest", "Results"),
  "GET /v1/jobs/{id}/errors": named("getErrors", "Results"),
  "GET /v1/jobs/{id}/archive.zip": named("getArchive", "Results"),
  "GET /v1/jobs/{id}/calendar.ics": named("getCalendar", "Results"),
  "GET /v1/jobs/{id}/contacts.vcf": named("getContacts", "Results"),
  "GET /v1/jobs/{id}/events": named("followJob", "Events"),
  "GET /v1/webhook-secret": named("getWebhookSecret", "Events"),
  "POST /v1/backfills": named("startBackfill", "Backfills"),
  "GET /v1/backfills/{id}": named("getBackfill", "Backfills"),
  "GET /healthz": named("getHealth", "Service"),
  "GET /v1/problems/{room}/{slug}": named("getProblemType", "Service"),
};
