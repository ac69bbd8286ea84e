//! Look-up and suggestions of the catalogue: `cargo bench --bench registry`.

#![expect(
    clippy::unwrap_used,
    reason = "without its service a benchmark has nothing to measure"
)]

use base44_connectors_ls::registry::{Catalogue, Overlay, OverlayScope, OverlayService};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

#[divan::bench(args = ["gmail", "outlook", "hubspot"])]
fn first_look_up_after_an_overlay(bencher: Bencher<'_, '_>, type_: &str) {
    bencher
        // An overlaid service has no index yet.
        .with_inputs(|| {
            let scopes = vec![OverlayScope {
                name: "own".to_owned(),
                ..OverlayScope::default()
            }];
            let service = OverlayService {
                type_: type_.to_owned(),
                scopes,
                ..OverlayService::default()
            };
            Catalogue::embedded().with_overlay(Overlay {
                services: vec![service],
            })
        })
        .bench_refs(|catalogue| {
            catalogue
                .service(black_box(type_))
                .unwrap()
                .find(black_box("own"))
                .is_some()
        });
}

#[divan::bench]
fn service(bencher: Bencher<'_, '_>) {
    let catalogue = Catalogue::embedded();
    bencher.bench(|| black_box(&catalogue).service(black_box("googlecalendar")).is_some());
}

#[divan::bench(args = [
    ("hubspot", "crm.objects.contacts.read"),
    ("googlecalendar", "https://www.googleapis.com/auth/calendar.events.readonly"),
    ("outlook", "Mail.ReadWrite"),
    ("outlook", "https://graph.microsoft.com/mail.readwrite"),
    ("outlook", "Mial.ReadWrite"),
])]
fn find(bencher: Bencher<'_, '_>, (type_, scope): (&str, &str)) {
    let catalogue = Catalogue::embedded();
    let service = catalogue.service(type_).unwrap();
    // The first one makes the index.
    let _ = service.find(scope);
    bencher.bench(|| service.find(black_box(scope)).is_some());
}

#[divan::bench(args = ["Mail.Read", "no.such.scope"])]
fn offering(bencher: Bencher<'_, '_>, scope: &str) {
    let catalogue = Catalogue::embedded();
    bencher.bench(|| black_box(&catalogue).offering(black_box(scope)).count());
}

#[divan::bench(args = [
    ("hubspot", "crm.objects.contact.read"),
    ("hubspot", "crm.objects.contcats.read"),
    ("hubspot", "crm.objects.unicorns.read"),
    ("hubspot", "something.else.entirely"),
    ("googlecalendar", "calendar.readonly"),
    ("slack", "chat.write"),
    ("slack", "repo"),
])]
fn suggest(bencher: Bencher<'_, '_>, (type_, scope): (&str, &str)) {
    let catalogue = Catalogue::embedded();
    let service = catalogue.service(type_).unwrap();
    // The first one prepares the candidates.
    let _ = service.suggest(scope);
    bencher.bench(|| service.suggest(black_box(scope)));
}

#[divan::bench(args = ["google_calendar", "slck", "unheard-of"])]
fn suggest_types(bencher: Bencher<'_, '_>, type_: &str) {
    let catalogue = Catalogue::embedded();
    bencher.bench(|| black_box(&catalogue).suggest_types(black_box(type_)).first().is_some());
}
