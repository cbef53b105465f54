package main

import (
	"encoding/json"
	"os/exec"
	"testing"
)

// program returns the exact program of a snippet of the containers deck.
func program(b *testing.B, bin, id string) []byte {
	b.Helper()
	out, err := exec.Command(bin, "inspect", isolation).Output()
	if err != nil {
		b.Fatalf("inspect: %v", err)
	}
	var doc struct {
		Snippets []struct{ ID, Code string }
	}
	if err := json.Unmarshal(out, &doc); err != nil {
		b.Fatal(err)
	}
	for _, s := range doc.Snippets {
		if s.ID == id {
			return []byte(s.Code)
		}
	}
	b.Fatalf("no snippet %q", id)
	return nil
}
