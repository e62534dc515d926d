package credential

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"octavo/internal/fetch"
)

// AWSKey is an access key of Amazon Web Services, and what requests are signed for with it. Its secret is the secret access key.
type AWSKey struct {
	ID      string `json:"key_id" maxLength:"1000" doc:"Access key id, such as AKIAIOSFODNN7EXAMPLE."`
	Region  string `json:"region" maxLength:"1000" doc:"Such as eu-central-1."`
	Service string `json:"service" maxLength:"1000" doc:"As in the names of hosts, such as s3, execute-api or monitoring."`
}

// What stands in the scope of a signature: what ends a part there is in none of them.
var (
	awsKeyForm  = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,128}$`)
	awsWordForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// trimmed is the key without blanks that come from copying.
func (k AWSKey) trimmed() AWSKey {
	return AWSKey{ID: strings.TrimSpace(k.ID), Region: strings.TrimSpace(k.Region), Service: strings.TrimSpace(k.Service)}
}

// told says which key it is and what for, for the trail; "" for other kinds.
func (k AWSKey) told() string {
	if k == (AWSKey{}) {
		return ""
	}
	return k.ID + " (" + k.Region + "/" + k.Service + ")"
}

// check refuses what cannot stand in a signature. Code bad_credential.
func (k AWSKey) check() error {
	switch {
	case !awsKeyForm.MatchString(k.ID):
		return bad("aws.key_id", "aws_key_id", "an access key id is one word of letters and digits.")
	case !awsWordForm.MatchString(k.Region):
		return bad("aws.region", "aws_region", "a region is written like eu-central-1.")
	case !awsWordForm.MatchString(k.Service):
		return bad("aws.service", "aws_service", "a service is written as in the name of its host, such as s3.")
	}
	return nil
}

// awsPlain is the one service whose paths are signed as they are sent.
const awsPlain = "s3"

// Names and forms of Signature Version 4.
const (
	awsAlgorithm = "AWS4-HMAC-SHA256"
	awsMoment    = "20060102T150405Z"
	awsDay       = "20060102"
	awsEnd       = "aws4_request"
)

// awsHeaders are what a signature adds to a request beside Authorization; all of them stay with the origin.
var awsHeaders = []string{"X-Amz-Date", "X-Amz-Content-Sha256", "X-Amz-Security-Token"}

// signAWS signs a request for AWS, as of now. The query is sent as it is signed, for a plus sign in it could be read in two ways.
// Code bad_url.
func (s *Secret) signAWS(r *fetch.Request, header http.Header) error {
	u, err := url.Parse(r.URL)
	if err != nil {
		return fetch.BadURL()
	}
	if u.RawQuery, err = awsQuery(u.RawQuery); err != nil {
		return err
	}
	u.ForceQuery, u.Fragment, u.RawFragment = false, "", ""
	if s.facts.AWS.Service == awsPlain {
		if u.RawPath, err = awsPath(u.EscapedPath(), true); err != nil {
			return err
		}
		if u.Path, err = url.PathUnescape(u.RawPath); err != nil {
			return fetch.BadURL()
		}
	}
	now := s.clock.Now().UTC()
	for _, name := range awsHeaders {
		header.Del(name)
	}
	header.Set("X-Amz-Date", now.Format(awsMoment))
	header.Set("X-Amz-Content-Sha256", sha256Hex(r.Body))
	if s.awsToken != "" {
		header.Set("X-Amz-Security-Token", s.awsToken)
	}
	signed := map[string]string{"host": u.Host}
	for name, values := range header {
		if low := strings.ToLower(name); low == "content-type" || strings.HasPrefix(low, "x-amz-") {
			signed[low] = strings.Join(values, ",")
		}
	}
	line, err := s.facts.AWS.authorization(s.value, r.Method, u, signed, r.Body, now)
	if err != nil {
		return err
	}
	header.Set("Authorization", line)
	r.URL, r.SecretHeaders = u.String(), append(slices.Clone(r.SecretHeaders), awsHeaders...)
	return nil
}

// authorization is the header Authorization of a request. header are those that are signed, by name in lower case; the body
// is signed by its hash. Code bad_url.
func (k AWSKey) authorization(secret, method string, u *url.URL, header map[string]string, body []byte, now time.Time) (string, error) {
	path, err := awsPath(u.EscapedPath(), k.Service == awsPlain)
	if err != nil {
		return "", err
	}
	query, err := awsQuery(u.RawQuery)
	if err != nil {
		return "", err
	}
	if method == "" {
		method = http.MethodGet
	}
	names := slices.Sorted(maps.Keys(header))
	var lines strings.Builder
	for _, name := range names {
		lines.WriteString(name + ":" + strings.Join(strings.Fields(header[name]), " ") + "\n")
	}
	list := strings.Join(names, ";")
	canonical := strings.Join([]string{method, path, query, lines.String(), list, sha256Hex(body)}, "\n")
	scope := strings.Join([]string{now.Format(awsDay), k.Region, k.Service, awsEnd}, "/")
	text := strings.Join([]string{awsAlgorithm, now.Format(awsMoment), scope, sha256Hex([]byte(canonical))}, "\n")
	key := []byte("AWS4" + secret)
	for part := range strings.SplitSeq(scope, "/") {
		key = hmacSHA256(key, part)
	}
	return fmt.Sprintf("%s Credential=%s/%s, SignedHeaders=%s, Signature=%s", awsAlgorithm, k.ID, scope, list, hex.EncodeToString(hmacSHA256(key, text))), nil
}

// awsPath is an escaped path in the form that is signed: plain as the service S3 wants it, escaped once; else without empty
// segments and those of dots, and escaped once more than it is sent. Code bad_url.
func awsPath(escaped string, plain bool) (string, error) {
	var out []string
	segments := strings.Split(strings.TrimPrefix(escaped, "/"), "/")
	for i, segment := range segments {
		last := i == len(segments)-1
		switch {
		case plain:
			text, err := url.PathUnescape(segment)
			if err != nil {
				return "", fetch.BadURL()
			}
			out = append(out, awsEscape(text))
			continue
		case segment == "..":
			out = out[:max(len(out)-1, 0)]
		case segment != "" && segment != ".":
			out = append(out, awsEscape(segment))
			continue
		}
		if last && len(out) > 0 {
			out = append(out, "") // a path that ends in a slash goes on doing so
		}
	}
	return "/" + strings.Join(out, "/"), nil
}

// awsQuery is a query in the form that is signed: escaped in one way and sorted. Code bad_url.
func awsQuery(raw string) (string, error) {
	type pair struct{ name, value string }
	var pairs []pair
	for one := range strings.SplitSeq(raw, "&") {
		if one == "" {
			continue
		}
		name, value, _ := strings.Cut(one, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return "", fetch.BadURL()
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return "", fetch.BadURL()
		}
		pairs = append(pairs, pair{awsEscape(name), awsEscape(value)})
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		if n := strings.Compare(a.name, b.name); n != 0 {
			return n
		}
		return strings.Compare(a.value, b.value)
	})
	out := make([]string, len(pairs))
	for i, p := range pairs {
		out[i] = p.name + "=" + p.value
	}
	return strings.Join(out, "&"), nil
}

// awsEscape escapes all bytes but letters, digits, hyphens, dots, underscores and tildes.
func awsEscape(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") // it escapes a plus sign, and writes a blank as one
}

func sha256Hex(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func hmacSHA256(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	_, _ = h.Write([]byte(text)) // a hash never fails
	return h.Sum(nil)
}

// maxSession is how long a session token may be, in bytes; those of AWS have no set length.
const maxSession = 16 << 10

// checkSession takes blanks that come from copying away from a session token; only keys of AWS have one. Code bad_credential.
func checkSession(kind Kind, text string) (string, error) {
	text = strings.TrimSpace(text)
	if kind != AWS {
		return "", nil
	}
	if len(text) > maxSession || fetch.CheckHeader(http.Header{"X": {text}}) != nil || strings.ContainsAny(text, " \t") {
		return "", bad("session", "session", "a session token is one word, 16 KB at most.")
	}
	return text, nil
}
