// Package mail sends the mails of the product, each once, and keeps the outbox.
//
// A mail is recorded in the transaction of what causes it, ready written, and with
// it the job that sends it. The job talks to the mail server up to the point where
// the text goes over, and there, before the text, writes down that it is sending.
// What is known afterwards decides:
//
//   - the server refused for now, or went away before it had the whole text: the mail waits and is tried again;
//   - the server refused for good: the mail has failed, with the words of the server;
//   - the server took it: the mail is sent, and its text is removed;
//   - nobody wrote down what came of it, because the process died or the server went
//     away when it had the text: the mail is unclear. It is not sent again by itself,
//     for it may have arrived; a person decides in the outbox.
//
// Without a mail server a mail is kept: it stays in the outbox to be read.
//
// Table owned: mails. Texts hold links that let people in, so only the owner of the
// server reads them (authz.Actor.OwnsServer).
package mail
