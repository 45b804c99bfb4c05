//! Forbidden addresses are never dialled, however they are written, and
//! whatever a name answers.

use crate::client::{Script, allowing, local_client, post, send};
use hookmill_domain::attempt::SendFailure;
use hookmill_egress::{Client, Config};
use hookmill_stand_ins::raw_sink::{OK, RawSink};
use std::sync::atomic::Ordering;

#[tokio::test]
async fn no_spelling_of_a_forbidden_address_opens_a_connection() {
    let sink = RawSink::answering(OK).await;
    let port = sink.address().port();
    let client = Client::new(Config::default()).expect("a client");
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "１２７.０.０.１",
        "0",
        "0.0.0.0",
        "[::]",
        "[::1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::127.0.0.1]",
        "[2002:7f00:1::1]",
        "[2001:0:7f00:1::fefe:fefe]",
        "localhost",
        "LOCALHOST",
    ] {
        let error = send(&client, &post(&format!("http://{host}:{port}/")))
            .await
            .expect_err(host);
        assert_eq!(error.kind, SendFailure::Forbidden, "{host}: {error}");
        assert!(error.message.contains("is not allowed"), "{host}: {error}");
    }
    assert_eq!(sink.connections(), 0);
    // The listener does hear those that are allowed.
    send(&local_client(), &post(&sink.url("/")))
        .await
        .expect("allowed");
    assert_eq!(sink.connections(), 1);
}

#[tokio::test]
async fn the_metadata_service_is_refused_by_number_and_by_name() {
    let lookup = Script::new(&[&["169.254.169.254", "fd00:ec2::254"]]);
    let client = Client::with_lookup(Config::default(), lookup).expect("a client");
    for url in [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/latest/meta-data/",
        "http://metadata.google.internal/computeMetadata/v1/",
    ] {
        let error = send(&client, &post(url)).await.expect_err(url);
        assert_eq!(error.kind, SendFailure::Forbidden, "{error}");
        assert!(error.message.contains("metadata"), "{error}");
    }
}

#[tokio::test]
async fn a_name_that_answers_a_forbidden_address_opens_no_connection() {
    let sink = RawSink::answering(OK).await;
    for answer in ["127.0.0.1", "::ffff:127.0.0.1", "::1"] {
        let lookup = Script::new(&[&[answer]]);
        let client = Client::with_lookup(Config::default(), lookup).expect("a client");
        let url = format!("http://a.test:{}/", sink.address().port());
        let error = send(&client, &post(&url)).await.expect_err(answer);
        assert_eq!(error.kind, SendFailure::Forbidden, "{error}");
    }
    assert_eq!(sink.connections(), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_answer_gains_nothing() {
    let closing = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let allowed = RawSink::answering(closing).await;
    let port = allowed.address().port();
    let forbidden = RawSink::answering_at(&format!("127.0.0.2:{port}"), OK).await;
    let lookup = Script::new(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let client =
        Client::with_lookup(allowing(&["127.0.0.1/32"]), lookup.clone()).expect("a client");
    let request = post(&format!("http://rebind.test:{port}/"));

    // One lookup between check and dial: the second answer is not yet asked.
    send(&client, &request).await.expect("the checked address");
    assert_eq!(lookup.asked.load(Ordering::SeqCst), 1);
    assert_eq!(allowed.connections(), 1);
    // The next connection asks anew, and is checked anew.
    let error = send(&client, &request).await.expect_err("it moved");
    assert_eq!(error.kind, SendFailure::Forbidden);
    assert_eq!(lookup.asked.load(Ordering::SeqCst), 2);
    assert_eq!(forbidden.connections(), 0);
}

#[tokio::test]
async fn of_a_mixed_answer_only_the_allowed_addresses_are_dialled() {
    let allowed = RawSink::answering(OK).await;
    let port = allowed.address().port();
    let forbidden = RawSink::answering_at(&format!("127.0.0.2:{port}"), OK).await;
    let lookup = Script::new(&[&["127.0.0.2", "127.0.0.1", "127.0.0.2"]]);
    let client = Client::with_lookup(allowing(&["127.0.0.1/32"]), lookup).expect("a client");
    let request = post(&format!("http://mixed.test:{port}/"));
    send(&client, &request).await.expect("one is allowed");
    assert_eq!((allowed.connections(), forbidden.connections()), (1, 0));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let target = RawSink::answering(OK).await;
    for status in [301, 302, 303, 307, 308] {
        let answer = format!(
            "HTTP/1.1 {status} Moved\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
            target.url("/")
        );
        let sink = RawSink::answering(answer).await;
        let response = send(&local_client(), &post(&sink.url("/"))).await;
        assert_eq!(response.expect("an answer").status, status);
    }
    assert_eq!(target.connections(), 0);
}

#[tokio::test]
async fn a_name_without_address_is_no_forbidden_one() {
    let client = Client::with_lookup(Config::default(), Script::new(&[&[]])).expect("a client");
    let error = send(&client, &post("http://empty.test/"))
        .await
        .expect_err("no address");
    assert_eq!(error.kind, SendFailure::Dns, "{error}");

    // RFC 6761: never has an address.
    let client = Client::new(Config::default()).expect("a client");
    let error = send(&client, &post("http://nowhere.invalid/"))
        .await
        .expect_err("no such name");
    assert_eq!(error.kind, SendFailure::Dns, "{error}");
    assert!(error.message.contains("nowhere.invalid"), "{error}");
}

/// Runs in a process of its own, started by the test below.
#[tokio::test]
#[ignore = "needs the proxy variables that the next test sets"]
async fn sends_while_the_environment_names_a_proxy() {
    let sink = RawSink::answering(OK).await;
    let response = send(&local_client(), &post(&sink.url("/"))).await;
    assert_eq!(response.expect("sent directly").status, 200);
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_not_used() {
    let proxy = RawSink::answering("HTTP/1.1 500 Proxy\r\ncontent-length: 0\r\n\r\n").await;
    let url = proxy.url("");
    let output = tokio::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--ignored", "--exact"])
        .arg("addresses::sends_while_the_environment_names_a_proxy")
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, &url)))
        .output()
        .await
        .expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
    assert_eq!(proxy.connections(), 0);
}
