// Command openapi prints the description of the product's own API, from which the
// types of the web application are generated: make gen.
package main

import (
	"bytes"
	"fmt"
	"os"

	v1 "octavo/internal/api/v1"
	"octavo/internal/installation"
)

func main() {
	keys := &installation.Keys{Cursor: bytes.Repeat([]byte{1}, 32)} // describing needs no secrets
	server, err := v1.New(v1.Deps{Keys: keys})
	var text []byte
	if err == nil {
		text, err = server.OpenAPI()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
	_, _ = os.Stdout.Write(text)
}
