package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides/stage"
)

// A role is what visitors may do who have opened its address. Each role has a path and a token of its
// own. Its page and its requests lie beneath the path, and no other role's do: a visitor can ask for
// nothing that the role does not have.
//
// The tokens of the lesser roles are made from the one of the first, so that they stay the same when
// the server starts again with the same token. They do not lead back to it.
type role struct {
	name     string
	does     string // for the speaker, who gives the address away
	path     string
	draw     func(*html.Frame) // makes the page of this role from the page of the deck
	requests []string
	class    class // at the door
	lax      bool  // the cookie comes along when a visitor follows a link from another site
}

// The roles. The token of presenting opens the other pages, too.
var (
	presenting = &role{
		name: "present", does: "show the talk and run its programs", path: "/", draw: func(f *html.Frame) { f.Scripts = append(f.Scripts, editSource) }, class: guest,
		requests: []string{"GET speaker", "GET events", "GET missed", "GET notes", "GET links", "GET source",
			"POST run", "POST stop", "POST type", "POST edit", "POST stage", "POST ink"},
	}
	remote = &role{
		name: "remote", does: "control the talk from a phone", path: "/remote/", draw: (*html.Frame).Desk, class: onDesk,
		requests: []string{"GET events", "GET missed", "GET notes", "GET links", "POST run", "POST stop", "POST stage", "POST ink"},
	}
	following = &role{
		name: "follow", does: "follow the talk, without any control", path: "/follow/", class: inCrowd, lax: true,
		draw:     func(f *html.Frame) { f.Keys = stage.Bindings(stage.Seats) },
		requests: []string{"GET events", "GET missed"},
	}
	roles = []*role{presenting, remote, following}
)

// roleOf returns the role in which a request comes.
func roleOf(r *http.Request) *role {
	for _, ro := range roles[1:] {
		if strings.HasPrefix(r.URL.Path, ro.path) {
			return ro
		}
	}
	return presenting
}

// token returns the token of a role.
func (s *Server) token(ro *role) string {
	if ro == presenting {
		return s.Token
	}
	mac := hmac.New(sha256.New, []byte(s.Token))
	mac.Write([]byte("slidexec role " + ro.name))
	return strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil)[:10])) // 80 bits, which a hand can type
}

// cookie returns the name of a role's cookie.
func (s *Server) cookie(ro *role) string {
	sum := sha256.Sum256([]byte(s.token(ro)))
	return "slidexec-" + hex.EncodeToString(sum[:6])
}

// keys returns the roles whose tokens open a role's pages.
func (ro *role) keys() []*role { return slices.Compact([]*role{presenting, ro}) }

// admits reports whether a request shows a token of its role, or a pass.
func (s *Server) admits(r *http.Request) bool {
	if len(s.Token) < MinToken {
		return false
	}
	ro := roleOf(r)
	if enters(r) {
		shown := r.URL.Query().Get("token")
		if _, ok := s.passes.LoadAndDelete(shown); ok {
			return true
		}
		return slices.ContainsFunc(ro.keys(), func(k *role) bool { return same(shown, s.token(k)) })
	}
	return slices.ContainsFunc(ro.keys(), func(k *role) bool {
		c, err := r.Cookie(s.cookie(k))
		return err == nil && same(c.Value, s.token(k))
	})
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// enters reports whether a visitor comes with the token in the address.
func enters(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.Query().Has("token")
}

// welcome gives a visitor with a token the cookie of the role. It then sends the browser to the address
// without the token, so that the browser's history does not keep it, and reports true. The browser has
// to bring the cookie along there. If the visitor follows a link on another site, a strict cookie stays
// behind, so the page comes at once; so it does for programs that keep no cookies.
func (s *Server) welcome(w http.ResponseWriter, r *http.Request) bool {
	ro, at := roleOf(r), r.URL.Path
	c := &http.Cookie{Name: s.cookie(ro), Value: s.token(ro), Path: ro.path, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: s.private(r)}
	if ro.lax {
		c.SameSite = http.SameSiteLaxMode
	}
	http.SetCookie(w, c)
	from := r.Header.Get("Sec-Fetch-Site")
	if at != ro.path && at != "/speaker" || from != "none" && from != "same-origin" && !ro.lax {
		return false
	}
	http.Redirect(w, r, at, http.StatusSeeOther)
	return true
}

// Link is the address of a role.
type Link struct {
	Role string `json:"role"`
	Does string `json:"does"`
	URL  string `json:"url"`
	Near bool   `json:"near"` // only this machine reaches the address
}

// Links returns the addresses of the roles. The first one is the speaker's; each of the others gives
// fewer rights.
func (s *Server) Links() []Link {
	base := s.Base
	if s.Public != nil {
		base = s.Public.String()
	}
	var out []Link
	for _, ro := range roles {
		out = append(out, Link{ro.name, ro.does, base + ro.path + "?" + url.Values{"token": {s.token(ro)}}.Encode(), near(base)})
	}
	return out
}
