package v1_test

import (
	"net/http"
	"strings"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
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
