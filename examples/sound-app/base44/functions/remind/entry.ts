import { createClientFromRequest } from "npm:@base44/sdk";

/** Posts today's events of the team's calendar to Slack. */
Deno.serve(async (request) => {
  const { connectors } = createClientFromRequest(request).asServiceRole;
  const calendar = await connectors.getConnection("googlecalendar");
  const slack = await connectors.getConnection("slack");

  const today = new Date().toISOString().slice(0, 10);
  const query = new URLSearchParams({ timeMin: `${today}T00:00:00Z`, timeMax: `${today}T23:59:59Z` });
  const answer = await fetch(`https://www.googleapis.com/calendar/v3/calendars/primary/events?${query}`, {
    headers: { Authorization: `Bearer ${calendar.accessToken}` },
  });
  const { items } = await answer.json();

  await fetch("https://slack.com/api/chat.postMessage", {
    method: "POST",
    headers: { Authorization: `Bearer ${slack.accessToken}`, "Content-Type": "application/json" },
    body: JSON.stringify({ channel: "#team", text: items.map((event) => event.summary).join("\n") }),
  });
  return Response.json({ events: items.length });
});
