import { html } from "hono/html";
import type { Schema } from "./api-document.ts";

type Markup = ReturnType<typeof html>;

const REFERENCE = "#/components/schemas/";
/** What is deeper than this in a schema has a name of its own. */
const MAX_DEPTH = 6;

/** Where a schema of that name stands on the page. */
export function schemaId(name: string): string {
  return `schema-${name}`;
}

/** The form of a value in a few words, with a link to the schema it has a name for. */
export function renderForm(schema: Schema): Markup {
  const { $ref, items } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice(REFERENCE.length);
    return html`<a href="#${schemaId(name)}">${name}</a>`;
  }
  const choices = choicesOf(schema);
  if (choices.length > 0)
    return html`${choices.map((choice, index) => html`${index > 0 ? " or " : ""}${renderForm(choice)}`)}`;
  if (items !== undefined) return html`list of ${renderForm(items)}`;
  return html`${wordsOf(schema).join(", ")}`;
}

/** The properties of an object, those of objects inside it too; the form of anything else. */
export function renderSchema(schema: Schema): Markup {
  const rows = rowsOf(schema, "", 0);
  const { description } = schema;
  if (rows.length === 0) return html`<p>${description ?? ""} ${renderForm(schema)}</p>`;
  return html`${description === undefined ? "" : html`<p>${description}</p>`}
<div class="table"><table><caption class="hidden">Properties</caption>
<thead><tr><th scope="col">Property</th><th scope="col">Form</th><th scope="col">Meaning</th></tr></thead>
<tbody>${rows.map(
    ({ name, isRequired, form, meaning }) =>
      html`<tr><th scope="row"><code>${name}</code>${isRequired ? "" : html` <span class="quiet">optional</span>`}</th>
<td>${form}</td><td>${meaning}</td></tr>`,
  )}</tbody></table></div>`;
}

interface Row {
  readonly name: string;
  readonly isRequired: boolean;
  readonly form: Markup;
  readonly meaning: string;
}

function rowsOf(schema: Schema, prefix: string, depth: number): readonly Row[] {
  if (depth > MAX_DEPTH) return [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const name = `${prefix}${key}`;
    const isRequired = schema.required?.includes(key) ?? false;
    const row = { name, isRequired, form: renderForm(property), meaning: property.description ?? "" };
    return [row, ...rowsBelow(property, name, depth + 1)];
  });
  return [...own, ...choicesOf(schema).flatMap((choice) => rowsOf(choice, prefix, depth + 1))];
}

function rowsBelow({ items, ...property }: Schema, name: string, depth: number): readonly Row[] {
  return items === undefined ? rowsOf(property, `${name}.`, depth) : rowsOf(items, `${name}[].`, depth);
}

function choicesOf({ anyOf = [], oneOf = [], allOf = [] }: Schema): readonly Schema[] {
  return [...anyOf, ...oneOf, ...allOf];
}

function wordsOf(schema: Schema): string[] {
  const { type = "any", format, enum: values, const: only, minimum, maximum, maxLength, default: preset } = schema;
  const words = [typeof type === "string" ? type : type.join(" or ")];
  if (format !== undefined) words.push(format);
  if (values !== undefined) words.push(`one of ${values.map((value) => JSON.stringify(value)).join(", ")}`);
  if (only !== undefined) words.push(`always ${JSON.stringify(only)}`);
  if (minimum !== undefined) words.push(`at least ${minimum}`);
  // Every whole number that JSON can carry ends there, which tells nobody anything.
  if (maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER) words.push(`at most ${maximum}`);
  if (maxLength !== undefined) words.push(`at most ${maxLength} characters`);
  if (preset !== undefined) words.push(`${JSON.stringify(preset)} when absent`);
  return words;
}
