package v1_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/testserver"
)

func TestConnectedAccounts(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c, editor := s.As("admin@northlight.test"), s.As("editor@northlight.test")
	body := map[string]any{"kind": "api_key", "label": "Shop", "hosts": []any{"api.shop.test"}, "name": "X-Key", "secret": "MARKsecret"}
	var made, got v1.Credential
	a := c.Post("/northlight/credentials", body).Want(http.StatusCreated)
	a.JSON(&made)
	if made.Label != "Shop" || made.In != "header" || !made.MayChange || made.OKAt != nil || a.Header.Get("ETag") != `"1"` || strings.Contains(a.Body, "MARK") {
		t.Errorf("made %s", a.Body)
	}
	path := "/northlight/credentials/" + string(made.ID)
	editor.Get(path).Refused(http.StatusNotFound, "not_found")
	c.Patch(path, map[string]any{"shared": true}).Refused(http.StatusPreconditionRequired, "precondition_required")
	c.With("If-Match", `"1"`).Patch(path, map[string]any{"shared": true, "secret": "MARKother"}).Want(http.StatusOK)
	editor.Get(path).Want(http.StatusOK).JSON(&got)
	if got.MayChange || !got.Shared || got.Version != 2 {
		t.Errorf("the editor reads %+v", got)
	}
	p := c.With("If-Match", `"2"`).Patch(path, map[string]any{"hosts": []any{"evil.test"}}).Refused(http.StatusUnprocessableEntity, "bad_credential")
	if p.Field != "secret" || p.Params["reason"] != "secret_again" {
		t.Errorf("refused %+v", p)
	}
	var list v1.Page[v1.Credential]
	a = editor.Get("/northlight/credentials?count=1&q=sho").Want(http.StatusOK)
	a.JSON(&list)
	if len(list.Items) != 1 || *list.Count != 1 || strings.Contains(a.Body, "MARK") {
		t.Errorf("list %s", a.Body)
	}
	var usage v1.CredentialUsage
	c.Get(path + "/usage").Want(http.StatusOK).JSON(&usage)
	if usage.Total != 0 || usage.Here == nil || usage.Clients == nil {
		t.Errorf("usage %+v", usage)
	}
	for _, text := range []string{c.Get("/northlight/activity").Want(http.StatusOK).Body, c.Get("/northlight/activity.csv").Body} {
		if strings.Contains(text, "MARK") {
			t.Errorf("the activity tells the secret: %s", text)
		}
	}
	editor.With("If-Match", `"2"`).Delete(path).Refused(http.StatusForbidden, "permission_denied")
	c.With("If-Match", `"2"`).Delete(path+"?replace_by=nothing").Refused(http.StatusUnprocessableEntity, "bad_replacement")
	c.With("If-Match", `"2"`).Delete(path).Want(http.StatusNoContent)
	c.Get(path).Refused(http.StatusNotFound, "not_found")
}

// TestAccountsThatSign keeps one of each kind that signs, changes it, and looks for its secrets in all that is answered.
func TestAccountsThatSign(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	ca, err := testserver.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	chain, key, err := ca.Sign("ada", time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	line := strings.Split(string(key), "\n")[1]
	told := ""
	for kind, body := range map[string]map[string]any{
		"aws_sigv4": {"secret": "MARKsecret", "session_token": "MARKtoken", "aws": map[string]any{"key_id": "AKID", "region": "eu-central-1", "service": "s3"}},
		"hmac":      {"secret": "MARKsecret", "name": "sig", "in": "query", "prefix": "v1= ", "signature": map[string]any{"algorithm": "sha1", "encoding": "hex", "text": "{request.path}\n"}},
		"mtls":      {"certificate": map[string]any{"chain": string(chain), "key": string(key)}},
	} {
		body["kind"], body["label"], body["hosts"] = kind, kind, []any{"api.shop.test"}
		var made v1.Credential
		a := c.Post("/northlight/credentials", body).Want(http.StatusCreated)
		a.JSON(&made)
		if (made.AWS != nil) != (kind == "aws_sigv4") || (made.Signature != nil) != (kind == "hmac") || (made.Certificate != nil) != (kind == "mtls") {
			t.Errorf("%s: %s", kind, a.Body)
		}
		if kind == "hmac" && (made.Signature.Text != "{request.path}\n" || made.Prefix != "v1= " || made.In != "query") {
			t.Errorf("%s: %s", kind, a.Body)
		}
		delete(body, "kind")
		body["label"], body["hosts"] = "other", []any{"other.test"}
		after := c.With("If-Match", `"1"`).Patch("/northlight/credentials/"+string(made.ID), body).Want(http.StatusOK)
		told += a.Body + after.Body
	}
	refused := c.Post("/northlight/credentials", map[string]any{"kind": "mtls", "label": "x", "hosts": []any{"a.test"}, "certificate": map[string]any{"chain": string(chain), "key": string(key)[:120]}})
	if p := refused.Refused(http.StatusUnprocessableEntity, "bad_credential"); p.Field != "certificate.key" {
		t.Errorf("refused %+v", p)
	}
	told += refused.Body + c.Get("/northlight/credentials").Want(http.StatusOK).Body + c.Get("/northlight/activity").Want(http.StatusOK).Body
	if strings.Contains(told, "MARK") || strings.Contains(told, line[:40]) || !strings.Contains(told, "CN=ada") {
		t.Errorf("told: %s", told)
	}
}
