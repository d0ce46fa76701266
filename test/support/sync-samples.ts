/** A Sync response with namespaces as AirSync servers write them. */
export function syncXml(collections: string): string {
  return (
    '<?xml version="1.0" encoding="utf-8"?>\r\n' +
    '<Sync xmlns="AirSync:" xmlns:E="EMAIL:" xmlns:H="HMMAIL:" xmlns:F="HMFOLDER:" xmlns:C="Calendar:" ' +
    'xmlns:P="Contacts:" xmlns:T="Tasks:" xmlns:N="Notes:" xmlns:B="AirSyncBase:">' +
    `<Status>1</Status><Collections>${collections}</Collections></Sync>`
  );
}

/** One collection with commands. */
export function collection(itemClass: string, id: string | null, commands: string): string {
  const collectionId = id === null ? "" : `<CollectionId>${id}</CollectionId>`;
  return (
    `<Collection><Class>${itemClass}</Class><SyncKey>1</SyncKey>${collectionId}<Status>1</Status>` +
    `<Commands>${commands}</Commands></Collection>`
  );
}

export type Verb = "Add" | "Change" | "Delete" | "SoftDelete";

/** One command; without data it has no ApplicationData. */
export function command(verb: Verb, serverId: string, data: string | null = null): string {
  const inner = data === null ? "" : `<ApplicationData>${data}</ApplicationData>`;
  return `<${verb}><ServerId>${serverId}</ServerId>${inner}</${verb}>`;
}

/** Data of an email that carries its message as MIME. */
export function mimeData(mime: string, fields = ""): string {
  const text = mime.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `${fields}<B:Body><B:Type>4</B:Type><B:Data>${text}</B:Data></B:Body>`;
}

/** A short message with LF only, as XML delivers it. */
export function shortMime(subject: string): string {
  return `From: a@x.org\nTo: b@x.org\nSubject: ${subject}\nDate: Mon, 14 Mar 2011 09:00:00 +0000\n\nHello\n`;
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
