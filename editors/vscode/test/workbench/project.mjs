// Projects on the disk, as text: `//- path` begins a file.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes the files of a fixture below `folder`. */
export function writeProject(folder, fixture) {
  for (const part of fixture.split('//- ').slice(1)) {
    const end = part.indexOf('\n');
    const path = join(folder, part.slice(0, end));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, part.slice(end + 1));
  }
  return {
    folder,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
  };
}

/** One service twice, a misspelt scope, trailing commas, and a file that ends too early. */
export const BROKEN = `\
//- base44/config.jsonc
{}
//- base44/.app.jsonc
{ "id": "booking" }
//- base44/connectors/googlecalendar.jsonc
{
  "type":"googlecalendar",
  "scopes": [
    // What the booking page shows:
    "https://www.googleapis.com/auth/calendar.freebusy",
  ],
}
//- base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": [
    "chat.write",
    "channels:read"
  ]
}
//- base44/connectors/team-slack.jsonc
{
  "type": "slack",
  "scopes": ["users:read"]
}
//- base44/connectors/gmail.jsonc
{
  "type": "gmail",
  "scopes": [
    "https://www.googleapis.com/auth/gmail.send",
  ],
`;

/** Connectors and backend code in folders that no usual pattern takes in. */
export const ELSEWHERE = `\
//- base44/config.jsonc
{ "connectorsDir": "../services [oauth]", "functionsDir": "../backend" }
//- services [oauth]/slack.jsonc
{ "type": "slack", "scopes": ["chat.write"] }
//- backend/notify/index.ts
await base44.asServiceRole.connectors.getConnection("notion");
`;

/** Two projects in one window, and a folder that is none. */
export const SEVERAL = `\
//- shop/base44/config.jsonc
{ "connectorsDir": "oauth clients" }
//- shop/base44/oauth clients/slack.jsonc
{ "type": "slack", "scopes": ["chat:write",]
//- shop/base44/functions/notify/index.ts
await base44.asServiceRole.connectors.getConnection("slack");
//- crm/base44/config.jsonc
{}
//- crm/base44/connectors/slack.jsonc
{ "type": "slack", "scopes": ["chat:write"] }
//- notes/readme.md
No project.
`;
