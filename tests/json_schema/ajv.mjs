// What Ajv makes of documents, given a schema. Standard input: {"schema": …, "documents": [{"text": …}]}. Standard output: for each
// whether it is valid. Ajv knows no keywords of Visual Studio Code's, so it must not be strict.
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

const { schema, documents } = JSON.parse(readFileSync(0, "utf8"));
const validate = new Ajv({ strict: false }).compile(schema);
process.stdout.write(JSON.stringify(documents.map(({ text }) => validate(JSON.parse(text)))));
