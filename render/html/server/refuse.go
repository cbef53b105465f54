package server

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"io"
	"net/http"
	"strings"
)

// A refusal is a line of text for programs and for the scripts of pages. A visitor who opened an address
// gets a page instead, which a phone shows in letters that can be read, and a screen reader as a page.

const refusalStyle = `:root{color-scheme:light dark;font:1.125rem/1.5 system-ui,sans-serif}` +
	`main{max-width:34rem;margin:15vh auto;padding:0 1.5rem;overflow-wrap:break-word}h1{font-size:1.3rem;line-height:1.2}`

// refusalPolicy lets the page of a refusal have its style, and nothing else.
func refusalPolicy() string {
	sum := sha256.Sum256([]byte(refusalStyle))
	return "default-src 'none'; frame-ancestors 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// refuse answers a request of a program.
func refuse(w http.ResponseWriter, code int, why string) { http.Error(w, "slidexec: "+why, code) }

// opens reports whether a request may be a visitor's, who opened an address.
func opens(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// turnAway answers a request that may be a visitor's.
func turnAway(w http.ResponseWriter, r *http.Request, code int, why string) {
	if !opens(r) {
		refuse(w, code, why)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", refusalPolicy())
	w.WriteHeader(code)
	// On an error, the reader has closed the connection.
	_, _ = io.WriteString(w, `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/><title>slidexec shows no talk here</title>`+
		`<meta name="viewport" content="width=device-width, initial-scale=1"/><style>`+refusalStyle+`</style></head>`+
		`<body><main><h1>slidexec shows no talk here</h1><p>`+template.HTMLEscapeString(strings.ToUpper(why[:1])+why[1:])+`.</p></main></body></html>`+"\n")
}
