package v1_test

import (
	"bytes"
	"os"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/installation"
)

// The types of the web application come from this file; make gen writes both.
func TestOpenAPIIsFresh(t *testing.T) {
	server, err := v1.New(v1.Deps{Keys: &installation.Keys{Cursor: bytes.Repeat([]byte{1}, 32)}})
	if err != nil {
		t.Fatal(err)
	}
	described, err := server.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := os.ReadFile("../../../docs/openapi.gen.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(described, stored) {
		t.Error("docs/openapi.gen.json is stale: run make gen")
	}
	if !bytes.Contains(stored, []byte(`"openapi": "3.1.0"`)) {
		t.Error("the document is not OpenAPI 3.1")
	}
}
