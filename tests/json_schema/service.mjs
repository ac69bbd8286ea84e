// What Visual Studio Code's JSON support makes of documents, given a schema. Standard input: {"schema": …, "documents":
// [{"text": …, "offset": where completion is asked for (UTF-16), or absent}]}. Standard output: [{"problems": [{"text", "message"}], "offered":
// [{"label", "documentation"}]}].
import { readFileSync } from "node:fs";
import json from "vscode-json-languageservice";

const { getLanguageService, TextDocument } = json;
const { schema, documents } = JSON.parse(readFileSync(0, "utf8"));
const service = getLanguageService({ clientCapabilities: { textDocument: { completion: { completionItem: { documentationFormat: ["plaintext"] } } } } });
service.configure({ validate: true, schemas: [{ uri: "schema://connector", fileMatch: ["*"], schema }] });

async function ask({ text, offset }) {
  const document = TextDocument.create("file:///connector.jsonc", "jsonc", 1, text);
  const parsed = service.parseJSONDocument(document);
  const found = await service.doValidation(document, parsed);
  const problems = found.map((it) => ({ text: document.getText(it.range), message: it.message }));
  if (offset === undefined) return { problems, offered: [] };
  const list = await service.doComplete(document, document.positionAt(offset), parsed);
  return { problems, offered: list.items.map(({ label, documentation }) => ({ label, documentation: documentation?.value ?? documentation ?? "" })) };
}

process.stdout.write(JSON.stringify(await Promise.all(documents.map(ask))));
