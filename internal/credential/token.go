package credential

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"octavo/internal/errs"
	"octavo/internal/formula/tree"
	"octavo/internal/formula/xpath"
)

// token finds the token in the answer to a sign-in. Code service_token_missing, with the place where it was looked for.
func (in *ServiceSignIn) token(ctx context.Context, h http.Header, body []byte) (string, error) {
	where, token := "selector "+in.TokenSelector, ""
	place, name, named := in.named()
	switch {
	case in.TokenPath != "":
		where, token = "expression "+in.TokenPath, captured(in.TokenPath, body)
	case named && place == Header:
		where, token = "header "+name, h.Get(name)
	case named:
		where, token = "cookie "+name, cookieIn(h, name)
	case in.Response == responseXML:
		token = textAt(ctx, in.TokenSelector, body)
	default:
		token = valueAt(in.TokenSelector, body)
	}
	token = strings.TrimSpace(token)
	if token == "" || len(token) > maxSecret || !utf8.ValidString(token) || strings.ContainsFunc(token, unicode.IsControl) {
		return "", errs.Newf(errs.Conflict, "service_token_missing", "The service answered the sign-in, but no token was found by the %s. Look at what it answers, and at the user name and password.", where).
			WithParams(map[string]any{"place": where})
	}
	return token, nil
}

// captured is what the first group of an expression holds that matched something.
func captured(expression string, body []byte) string {
	re, err := regexp.Compile(expression)
	if err != nil { // it was checked
		return ""
	}
	groups := re.FindSubmatch(body)
	for i := 1; i < len(groups); i++ {
		if len(groups[i]) > 0 {
			return string(groups[i])
		}
	}
	return ""
}

// cookieIn is the value of a cookie that an answer sets: the last one, as browsers keep it.
func cookieIn(h http.Header, name string) (value string) {
	for _, c := range (&http.Response{Header: h}).Cookies() {
		if c.Name == name && c.MaxAge >= 0 && c.Value != "" {
			value = c.Value
		}
	}
	return value
}

// searchTime is how long an answer is searched for a token: some expressions would go on for ever.
const searchTime = 5 * time.Second

// textAt is the first text at an XPath.
func textAt(ctx context.Context, path string, body []byte) string {
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	q, err := xpath.Parse(path)
	if err != nil { // it was checked
		return ""
	}
	doc, err := tree.ReadXML(bytes.NewReader(body))
	if err != nil {
		return ""
	}
	list, err := xpath.NewDocument(doc).Select(q, nil, ctx.Err)
	if err != nil || list.Len() == 0 {
		return ""
	}
	return list.Item(0).Text()
}

// keysOf reads a path into JSON: data.tokens[0].value, with or without $. before; ok says that it is one.
func keysOf(path string) (keys []string, ok bool) {
	path = strings.TrimPrefix(strings.TrimPrefix(path, "$"), ".")
	for key := range strings.SplitSeq(path, ".") {
		name, rest, _ := strings.Cut(key, "[")
		if name == "" && len(keys) > 0 || strings.Contains(name, "]") {
			return nil, false
		}
		if name != "" {
			keys = append(keys, name)
		}
		for rest != "" {
			index, more, closed := strings.Cut(rest, "]")
			if _, err := strconv.ParseUint(index, 10, 31); err != nil || !closed || more != "" && !strings.HasPrefix(more, "[") {
				return nil, false
			}
			keys, rest = append(keys, index), strings.TrimPrefix(more, "[")
		}
	}
	return keys, len(keys) > 0
}

// valueAt is the text or number at a path into JSON.
func valueAt(path string, body []byte) string {
	keys, ok := keysOf(path)
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var at any
	if !ok || dec.Decode(&at) != nil {
		return ""
	}
	for _, key := range keys {
		switch in := at.(type) {
		case map[string]any:
			at = in[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(in) {
				return ""
			}
			at = in[i]
		default:
			return ""
		}
	}
	switch v := at.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}
