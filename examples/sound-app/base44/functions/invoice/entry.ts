import { createClientFromRequest } from "npm:@base44/sdk";

/** Sends an invoice to a contact of the CRM. */
Deno.serve(async (request) => {
  const { connectors } = createClientFromRequest(request).asServiceRole;
  const crm = await connectors.getConnection("acme_crm");
  const stripe = await connectors.getConnection("stripe");

  const { contactId } = await request.json();
  const contact = await fetch(`https://crm.example/contacts/${contactId}`, {
    headers: { Authorization: `Bearer ${crm.accessToken}` },
  }).then((answer) => answer.json());

  const invoice = await fetch("https://api.stripe.com/v1/invoices", {
    method: "POST",
    headers: { Authorization: `Bearer ${stripe.accessToken}` },
    body: new URLSearchParams({ customer: contact.stripeCustomer, auto_advance: "true" }),
  });
  return Response.json({ ok: invoice.ok });
});
