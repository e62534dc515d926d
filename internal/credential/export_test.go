package credential

import (
	"net/url"
	"time"
)

// Answer answers a challenge for tests.
func Answer(line, user, password, method, uri, cnonce string) (string, bool) {
	c, ok := readChallenge(line)
	if !ok {
		return "", false
	}
	return c.answer(user, password, method, uri, cnonce), true
}

// AWSAuthorization signs a request as AWS documents it, for tests: with exactly these headers.
func AWSAuthorization(k AWSKey, secret, method, address string, header map[string]string, body string, at time.Time) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	return k.authorization(secret, method, u, header, []byte(body), at)
}

// TextAt finds a token by an XPath, for tests.
var TextAt = textAt

// IsKey says whether a text is a private key, for tests.
var IsKey = isKey
