package server

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A guard decides which requests the server answers. A browser that opens the printed address shows the
// token once. The token becomes a cookie, so that further windows, reloads and the event stream need
// no token. Scripts cannot read the cookie, and requests from other sites lack it (SameSite=Strict). Its
// name depends on the token, so that servers on several ports do not replace each other's. A token in
// the fragment would keep the first request free of it, but then the server would have to send every
// page before anybody has shown the token.
//
// A page on another site cannot make the browser do anything here. Its requests lack the cookie. Even
// with the cookie, they would name another Origin or say that they are cross-site. If the site's name
// has come to point at this machine (DNS rebinding), they name that Host. Changes also need JSON, which
// no form sends. Cookies do not distinguish ports of one machine. Therefore another local server that
// the user opens can see this cookie, but cannot use it from a browser.

// MinToken is the minimum length of a token: 96 bits in hexadecimal digits.
const MinToken = 24

// cookie returns the name of the cookie.
func (s *Server) cookie() string {
	sum := sha256.Sum256([]byte(s.Token))
	return "slidexec-" + hex.EncodeToString(sum[:6])
}

// deskCookie returns the name of the cookie of browsers that have opened the speaker's view. The cookie
// gives no right that the token does not give, only a reserved place if many windows are open.
func (s *Server) deskCookie() string { return s.cookie() + "-desk" }

// desk reports whether a request comes from such a browser. The request has shown the token.
func (s *Server) desk(r *http.Request) bool {
	_, err := r.Cookie(s.deskCookie())
	return err == nil || r.URL.Path == "/speaker"
}

// guard passes permitted requests on to next. It refuses any other request and closes the connection.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header())
		w.Header().Set("Connection", "close")
		switch {
		case !s.ownHost(r.Host):
			refuse(w, http.StatusMisdirectedRequest, "this server does not have that name: open the address that slidexec printed")
		case !sameSite(r):
			refuse(w, http.StatusForbidden, "this server does not answer requests of other sites")
		case !s.admits(r):
			refuse(w, http.StatusForbidden, "open the address that slidexec printed: it holds the token that this server needs")
		case enters(w, r, s.desk(r)):
			w.Header().Del("Connection")
			if r.URL.Query().Has("token") {
				setCookie(w, s.cookie(), s.Token)
			}
			if r.URL.Path == "/speaker" {
				setCookie(w, s.deskCookie(), "1")
			}
			next.ServeHTTP(w, r)
			return
		}
		// The server does not wait for the rest of the body either.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now()) // a test's recorder has none
	})
}

func setCookie(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// secure sets the headers of every answer.
func secure(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
}

func refuse(w http.ResponseWriter, code int, why string) { http.Error(w, "slidexec: "+why, code) }

// ownHost reports whether a Host is this server's. Every address is, because only names can be made to
// point elsewhere. ownHost ignores the port, which differs behind a tunnel.
func (s *Server) ownHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return host == "localhost" || net.ParseIP(strings.Trim(host, "[]")) != nil || slices.Contains(s.Hosts, host)
}

// sameSite reports whether a request comes from a page of this server or from no page: a user may type
// the address, or a program may send the request. Old browsers do not say where a request that changes
// nothing comes from.
func sameSite(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		o, err := url.Parse(r.Header.Get("Origin"))
		return err == nil && o.Host != "" && o.Host == r.Host && (site == "" || site == "same-origin")
	}
	if o := r.Header.Get("Origin"); o != "" && o != "http://"+r.Host && o != "https://"+r.Host {
		return false
	}
	opened := r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	return site == "" || site == "same-origin" || site == "none" || opened
}

// Pass returns a token for one visit. Use it in an address for another program: the list of processes
// shows that address to other users.
func (s *Server) Pass() string {
	pass := rand.Text()
	s.passes.Store(pass, true)
	return pass
}

// admits reports whether a request shows the token or a pass.
func (s *Server) admits(r *http.Request) bool {
	if len(s.Token) < MinToken {
		return false
	}
	var shown string
	if c, err := r.Cookie(s.cookie()); err == nil {
		shown = c.Value
	}
	if r.Method == http.MethodGet && r.URL.Query().Has("token") {
		shown = r.URL.Query().Get("token")
		if _, ok := s.passes.LoadAndDelete(shown); ok {
			return true
		}
	}
	return subtle.ConstantTimeCompare([]byte(shown), []byte(s.Token)) == 1
}
