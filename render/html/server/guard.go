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

// Who may do what. Whoever opens the printed address shows the token once; it becomes a cookie, so
// that further windows, reloads and the event stream need nothing. The cookie is out of reach of
// scripts, is not sent along by other sites (SameSite=Strict) and is named after the token, so that
// servers on several ports do not take each other's. A token in the fragment would keep the first
// request free of it, but then every page had to be given out before anybody has shown anything.
//
// A page on another site cannot make the browser do anything here: its requests lack the cookie;
// if they had it, they name another Origin or say that they are cross-site; if the site's name was
// pointed at this machine in the meantime (DNS rebinding), they name that Host. Changes want JSON
// too, which no form sends. Cookies do not tell ports of one machine apart, therefore another
// local server that the user opens could see this one; it cannot use it from a browser.

// MinToken is how many characters a token has to have: 96 bits in hexadecimal digits.
const MinToken = 24

// cookie returns the name of the cookie.
func (s *Server) cookie() string {
	sum := sha256.Sum256([]byte(s.Token))
	return "slidexec-" + hex.EncodeToString(sum[:6])
}

// deskCookie returns the name of the cookie of browsers that have opened the speaker's view. It
// gives no rights beyond the token's, only a place where many windows are open.
func (s *Server) deskCookie() string { return s.cookie() + "-desk" }

// desk reports whether a request, which has shown the token, is of such a browser.
func (s *Server) desk(r *http.Request) bool {
	_, err := r.Cookie(s.deskCookie())
	return err == nil || r.URL.Path == "/speaker"
}

// guard lets requests through that may see and do things here. The connection of one that may not is
// closed: whoever goes on has to begin anew.
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
		// Nor is the rest of its body waited for.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now()) // a test's recorder has none
	})
}

func setCookie(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// secure sets what holds for every answer.
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

// ownHost reports whether a Host is this server's. An address is: only names can be pointed
// somewhere else. The port is not looked at: it differs behind a tunnel.
func (s *Server) ownHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return host == "localhost" || net.ParseIP(strings.Trim(host, "[]")) != nil || slices.Contains(s.Hosts, host)
}

// sameSite reports whether a request comes from a page of this server, or from no page at all as
// when an address is typed or a program asks. Old browsers do not say where a request that
// changes nothing comes from.
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

// Pass returns what is as good as the token for one visit: an address that is given to another
// program can be seen in the list of processes.
func (s *Server) Pass() string {
	pass := rand.Text()
	s.passes.Store(pass, true)
	return pass
}

// admits reports whether a request shows the token.
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
