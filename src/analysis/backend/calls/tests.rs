//! Which calls ask for which connector.

use pretty_assertions::assert_eq;

use crate::analysis::BackendCode;
use crate::analysis::backend::Form;

fn read(text: &str) -> BackendCode {
    BackendCode::read("/app/base44/functions/a/entry.ts".as_ref(), text)
}

/// The types that are asked for, and `?` if there are others that cannot be told.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let code = read(text);
    for found in &code.uses {
        let (range, content) = (
            std::ops::Range::<usize>::from(found.range),
            std::ops::Range::<usize>::from(found.content),
        );
        assert_eq!(&text[content], &*found.type_, "{text}");
        assert!(
            found.form != Form::Quoted || text[range].ends_with(['"', '\'', '`']),
            "{text}"
        );
    }
    let dynamic = code.is_dynamic.then_some("?");
    let found: Vec<_> = code.types().chain(dynamic).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn the_ways_to_write_a_call() {
    for text in [
        r#"base44.asServiceRole.connectors.getConnection("slack")"#,
        r#"base44.asServiceRole.connectors.getAccessToken('slack')"#,
        "connectors.getConnection(`slack`)",
        r#"base44.asServiceRole.connectors.callApi("slack", { method: "GET" })"#,
        "base44\n  .asServiceRole\n  .connectors // the app's\n  .getConnection(\n    'slack', // 🎈\n  )",
        "base44?.asServiceRole?.connectors?.getConnection?.('slack')",
        "base44.asServiceRole!.connectors!.getConnection!('slack')",
        "(base44.asServiceRole.connectors as any).getConnection('slack')",
        "(createClient(req).asServiceRole.connectors).getConnection('slack')",
        "base44.asServiceRole['connectors']['getConnection']('slack')",
        "connectors.getConnection<'slack'>('slack' as const)",
        "const { connectors } = base44.asServiceRole;\r\nconnectors.getConnection('slack');",
        "const { connectors: links } = base44.asServiceRole; links.getConnection('slack')",
        "const links = base44.asServiceRole.connectors; await links.getConnection('slack')",
        "const links = createClientFromRequest(req).asServiceRole.connectors\nlinks.getConnection('slack')",
        "`${await connectors.getConnection('slack')}`",
    ] {
        check(text, &["slack"]);
    }
}

#[test]
fn what_is_no_call_for_a_connector() {
    for text in [
        "pool.getConnection('slack')",
        "getConnection('slack')",
        "auth.getAccessToken('slack')",
        "function getConnection(type) {}",
        "base44.connectors.getWorkspaceConnection('665')",
        "base44.connectors.getCurrentAppUserConnection('665')",
        "base44.connectors.connectAppUser('665')",
        "connectors.list('getConnection')",
        "// connectors.getConnection('slack')",
        "'connectors.getConnection(\"slack\")'",
        "/connectors.getConnection('slack')/",
        "`connectors.getConnection('slack')`",
        "interface connectors { getConnection(type: string): void }",
        "x.links.getConnection('slack'); const links = base44.connectors",
    ] {
        check(text, &[]);
    }
}

#[test]
fn a_constant_that_is_one_string() {
    check("const A = 'slack'; connectors.getConnection(A)", &["slack"]);
    check(
        "export const A: string = \"slack\"\nconnectors.getConnection(A)",
        &["slack"],
    );
    check(
        "const A = 'slack' as const;\nf(async () => { await connectors.getConnection(A); x.A = 1 })",
        &["slack"],
    );
    check(
        "const A = 'slack', B = 'gmail'; connectors.getConnection(A)",
        &["slack"],
    );
    // Once, where it is written.
    let code = read("const A = 'slack'; connectors.getConnection(A); connectors.callApi(A)");
    assert_eq!((code.uses.len(), code.uses[0].is_metered), (1, false));
    assert!(read("connectors.callApi('x')").uses[0].is_metered);
}

#[test]
fn what_cannot_be_told_from_the_text() {
    for text in [
        "connectors.getConnection(type)",
        "connectors.getConnection(`${type}`)",
        "connectors.getConnection('sl' + 'ack')",
        "connectors.getConnection(a ? 'slack' : 'gmail')",
        r"connectors.getConnection('sl\u0061ck')",
        "connectors.getConnection(TYPES.slack)",
        "connectors.getConnection(...types)",
        "const get = connectors.getConnection",
        "connectors.getConnection.bind(connectors)",
        "const { getConnection } = base44.asServiceRole.connectors; getConnection('slack')",
        "let A = 'slack'; connectors.getConnection(A)",
        "const A = 'slack' + x; connectors.getConnection(A)",
        "const A = 'slack'.trim(); connectors.getConnection(A)",
        "const A = 'slack'; { const A = 'gmail'; connectors.getConnection(A) }",
        "const A = 'slack'; const f = (A) => connectors.getConnection(A)",
        "const A = 'slack'; const f = A => connectors.getConnection(A)",
        "const A = 'slack'; function f(A: string): void { connectors.getConnection(A) }",
        "const A = 'slack'; function f({ A }) { connectors.getConnection(A) }",
        "const A = 'slack'; function f() { const { A } = g(); connectors.getConnection(A) }",
        "const A = 'slack'; for (const A of list) connectors.getConnection(A)",
        "const A = 'slack'; try {} catch (A) { connectors.getConnection(A) }",
    ] {
        check(text, &["?"]);
    }
    check(
        "connectors.getConnection('slack'); connectors.getConnection(x)",
        &["slack", "?"],
    );
}

#[test]
fn what_is_being_typed() {
    let form = |text| {
        let code = read(text);
        assert!(!code.is_dynamic, "{text}");
        let found = code.uses.first().unwrap();
        (
            found.form,
            std::ops::Range::<usize>::from(found.content),
            found.type_.to_string(),
        )
    };
    assert_eq!(
        form("connectors.getConnection()"),
        (Form::Missing, 25..25, String::new())
    );
    assert_eq!(
        form("connectors.getConnection('')"),
        (Form::Quoted, 26..26, String::new())
    );
    assert_eq!(
        form("connectors.getConnection('"),
        (Form::Unclosed, 26..26, String::new())
    );
    assert_eq!(
        form("connectors.getConnection('sl\nx('y')"),
        (Form::Unclosed, 26..28, "sl".to_owned())
    );
    assert_eq!(
        form("connectors.getConnection(\"sl)"),
        (Form::Unclosed, 26..28, "sl".to_owned())
    );
    check("connectors.getConnection(", &[]);
    check("connectors.getConnection", &["?"]);
}

#[test]
fn elements_are_read_in_files_that_may_hold_them() {
    let text = "const p = <p>Don't</p>; connectors.getConnection('slack') // isn't it";
    for name in ["a.tsx", "a.jsx", "a.js", "a.mjs"] {
        let code = BackendCode::read(name.as_ref(), text);
        assert_eq!(code.types().collect::<Vec<_>>(), ["slack"], "{name}");
    }
    let cast = "const p = <any>x; connectors.getConnection('slack') // '</any>'";
    assert_eq!(read(cast).types().collect::<Vec<_>>(), ["slack"]);
}

/// Reading takes as long as the file is long, whatever is in it: each of these took minutes when something was looked for again and again.
#[test]
fn nothing_is_looked_for_again_and_again() {
    const CALL: &str = "connectors.getConnection('slack');";
    let many = |text: &str| text.repeat(50_000);
    let nested = ["{", "} = base44.connectors"].map(|it| it.repeat(20_000)).concat();
    for odd in [
        many("(") + &many("}"),
        many("[") + &many(")"),
        many("`${") + &many(")") + &many("}"),
        many("=<a"),
        many("/["),
        many(r"'\"),
        many("(") + &many(").getConnection('gmail')"),
        many("!") + ".getConnection('gmail')",
        format!("x = {nested}"),
        format!("connectors{}.getConnection('slack')", many("!")),
    ] {
        let code = BackendCode::read("a.tsx".as_ref(), &format!("{CALL}\n{odd}"));
        assert_eq!(code.types().next(), Some("slack"));
    }
    let constants = (0..20_000).map(|it| format!("const A{it} = 'a{it}';connectors.getConnection(A{it});"));
    assert_eq!(read(&constants.collect::<String>()).uses.len(), 20_000);
    assert_eq!(read(&CALL.repeat(20_000)).uses.len(), 20_000);
    assert_eq!(
        read(&format!("const A = 'b';{}", "connectors.callApi(A);".repeat(20_000)))
            .uses
            .len(),
        1
    );
}
