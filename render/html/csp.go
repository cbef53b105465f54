package html

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// policy returns the page's content security policy: this one style sheet, these scripts and
// pictures within the page; nothing is loaded, sent or framed. Browsers enforce it even if some
// text of a deck should ever become markup.
func policy(style string, scripts ...string) string {
	from := "script-src"
	for _, s := range scripts {
		from += " " + source(s)
	}
	return strings.Join([]string{
		"default-src 'none'",
		"style-src " + source(style),
		from,
		"img-src data:",
		"base-uri 'none'",
		"form-action 'none'",
	}, "; ")
}

// source names an inline element by the hash of its content.
func source(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
