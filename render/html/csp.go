package html

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// policy returns the page's content security policy: this one style sheet, this one script and
// pictures within the page; nothing is loaded, sent or framed. Browsers enforce it even if some
// text of a deck should ever become markup.
func policy(style, script string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"style-src " + source(style),
		"script-src " + source(script),
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
