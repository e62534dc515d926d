package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"syscall"
	"time"

	"octavo/internal/errs"
)

// The causes of these errors are words of our own or of the system: what a library
// says may quote an address, a header or a part of an answer.

// BadURL says that a text is no address that can be asked.
func BadURL() *errs.Error {
	return errs.New(errs.Invalid, "bad_url", "This is no web address. Write https:// and a host, without a name and password in it.")
}

func badHeader(name string) *errs.Error {
	return errs.New(errs.Invalid, "bad_header", "This header cannot be sent: its name or value has characters that are not allowed, or it is set by Octavo itself.").
		WithParams(map[string]any{"name": name})
}

// NotAllowed says that a host, or an origin, may not be read.
func NotAllowed(host string) *errs.Error {
	return errs.Newf(errs.Forbidden, "host_not_allowed", "Data may not be read from %s.", host).
		WithParams(map[string]any{"host": host})
}

func privateAddress(host string) *errs.Error {
	return errs.Newf(errs.Forbidden, "private_address", "%s is inside a private network. Whoever runs this server can allow it.", host).
		WithParams(map[string]any{"host": host})
}

func unknownName(host string, err error) *errs.Error {
	cause := errors.New("no address")
	var d *net.DNSError
	if errors.As(err, &d) && d.IsTimeout {
		cause = errors.New("the name server does not answer")
	}
	return errs.Newf(errs.Unavailable, "dns", "No server is known by the name %s.", host).WithParams(map[string]any{"host": host}).WithCause(cause)
}

// ConnectFailed says that a server was not reached, or broke off, and why in words of our own.
func ConnectFailed(reason string) *errs.Error {
	return errs.New(errs.Unavailable, "connect", "The server could not be reached, or broke off.").
		WithParams(map[string]any{"reason": reason}).WithCause(errors.New(reason))
}

func tlsFailed(reason string) *errs.Error {
	return errs.New(errs.Unavailable, "tls", "No safe connection to the server could be made.").
		WithParams(map[string]any{"reason": reason}).WithCause(errors.New(reason))
}

func timedOut(after time.Duration) *errs.Error {
	seconds := int64(after.Round(time.Second) / time.Second)
	return errs.Newf(errs.Unavailable, "timeout", "The server did not answer within %d seconds.", seconds).
		WithParams(map[string]any{"seconds": seconds})
}

// redirectBlocked names why: scheme, address, downgrade, body, count.
func redirectBlocked(reason string) *errs.Error {
	return errs.New(errs.Forbidden, "redirect_blocked", "The server sends us on to where data may not be read from.").
		WithParams(map[string]any{"reason": reason}).WithCause(errors.New(reason))
}

func tooLarge(allowed, found int64) *errs.Error {
	return errs.Newf(errs.TooLarge, "too_large", "The answer has more than the %d bytes that are allowed.", allowed).
		WithParams(map[string]any{"limit": "bytes", "allowed": allowed, "found": found})
}

func packedTooMuch() *errs.Error {
	return errs.Newf(errs.TooLarge, "packed_too_much", "The answer is packed to less than one part in %d, which is not opened.", maxRatio).
		WithParams(map[string]any{"ratio": maxRatio})
}

// NoTLS says that a server does not take safe connections.
func NoTLS() *errs.Error { return tlsFailed("the server does not speak TLS") }

// Explain gives an error of a connection that was made with Dial a code, without the words of
// any library: those of Dial, and tls, timeout, connect. context.Canceled stays. after is the time limit that held.
func Explain(err error, after time.Duration) error {
	var host x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	if errors.As(err, &host) || errors.As(err, &unknown) || errors.As(err, &invalid) || errors.As(err, &record) || errors.As(err, &alert) {
		return translateTLS(err)
	}
	if err = translate(err); errors.Is(err, errSlow) {
		return timedOut(after)
	}
	return err
}

// translate gives an error of the network a code. Those with a code stay, and so does
// context.Canceled; a time limit is timeout, worded by the caller, who knows the limit.
func translate(err error) error {
	var ours *errs.Error
	var slow net.Error
	switch {
	case err == nil || errors.As(err, &ours) || errors.Is(err, errSlow):
		return err
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		return errSlow
	}
	var number syscall.Errno
	if errors.As(err, &number) {
		return ConnectFailed(number.Error())
	}
	if isAlert(err) { // a server may look at a certificate after the handshake
		return refusedByServer()
	}
	return ConnectFailed("the answer is not what was expected, or ends early")
}

// errSlow is a time limit that was passed, before it is worded.
var errSlow = errors.New("fetch: too slow")

// translateTLS is translate for the beginning of a safe connection.
func translateTLS(err error) error {
	var number syscall.Errno
	var host x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	slow := translate(err)
	switch {
	case errors.Is(slow, errSlow), errors.Is(slow, context.Canceled), errors.As(err, &number):
		return slow
	case errors.As(err, &host):
		return tlsFailed("the certificate is for another name")
	case errors.As(err, &unknown):
		return tlsFailed("the certificate is signed by nobody we know")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return tlsFailed("the certificate is out of date")
	case errors.As(err, &invalid):
		return tlsFailed("the certificate is not valid")
	case errors.As(err, &record):
		return tlsFailed("the server does not speak TLS")
	}
	if isAlert(err) {
		return refusedByServer()
	}
	return tlsFailed("the handshake failed")
}

// isAlert says whether a server has ended a safe connection and said so.
func isAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error" // as crypto/tls names it
}

func refusedByServer() *errs.Error {
	return tlsFailed("the server refuses it; perhaps it wants a client certificate, or another one")
}
