package server

import (
	"crypto/rand"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A guard decides which requests the server answers. A browser that opens a printed address shows the
// token once. The token becomes a cookie of the role (roles.go), so that further windows, reloads and
// the event stream need no token. Scripts cannot read the cookie, and requests from other sites lack it (SameSite=Strict). Its
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

// deskCookie returns the name of the cookie of browsers that have opened the speaker's view. The cookie
// gives no right that the token does not give, only a reserved place if many windows are open.
func (s *Server) deskCookie() string { return s.cookie(presenting) + "-desk" }

// classOf returns the class at the door of a request that has shown the token.
func (s *Server) classOf(r *http.Request) class {
	_, err := r.Cookie(s.deskCookie())
	if ro := roleOf(r); ro != presenting || err != nil && r.URL.Path != "/speaker" {
		return ro.class
	}
	return onDesk
}

// guard passes permitted requests on to next. It refuses any other request and closes the connection.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header())
		w.Header().Set("Connection", "close")
		switch {
		case !s.ownHost(r.Host):
			turnAway(w, r, http.StatusMisdirectedRequest, "this server does not know the name in the address: open the address that slidexec printed, "+
				"or start slidexec with --public-url and the address that you opened")
		case !s.sameSite(r):
			turnAway(w, r, http.StatusForbidden, "this server does not answer requests of other sites")
		case !s.admits(r):
			turnAway(w, r, http.StatusForbidden, "open the address that slidexec printed: it holds the token that this server needs")
		case finds(w, r, s.classOf(r)):
			w.Header().Del("Connection")
			if r.URL.Path == "/speaker" {
				http.SetCookie(w, &http.Cookie{Name: s.deskCookie(), Value: "1", Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: s.private(r)})
			}
			if !enters(r) || !s.welcome(w, r) {
				next.ServeHTTP(w, r)
			}
			return
		}
		// The server does not wait for the rest of the body either.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now()) // a test's recorder has none
	})
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

// ownHost reports whether a Host is this server's. Every address is, because only names can be made to
// point elsewhere. ownHost ignores the port, which differs behind a tunnel.
func (s *Server) ownHost(host string) bool {
	host = hostname(host)
	return host == "localhost" || net.ParseIP(strings.Trim(host, "[]")) != nil || slices.Contains(s.Hosts, host) ||
		s.Public != nil && host == hostname(s.Public.Host)
}

func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// private reports whether a visitor came by the public address and nobody on the way could listen. Then
// the cookies never go another way either.
func (s *Server) private(r *http.Request) bool {
	return s.Public != nil && s.Public.Scheme == "https" && hostname(r.Host) == hostname(s.Public.Host)
}

// sameSite reports whether a request comes from a page of this server or from no page: a user may type
// the address, or a program may send the request. Old browsers do not say where a request that changes
// nothing comes from. Some tunnels replace the Host of requests by the one that they connect to, so a
// page of the public address counts as one of this server's.
func (s *Server) sameSite(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	origin := r.Header.Get("Origin")
	own := origin == "http://"+r.Host || origin == "https://"+r.Host || s.Public != nil && origin == s.Public.Scheme+"://"+s.Public.Host
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return own && r.Host != "" && (site == "" || site == "same-origin")
	}
	opened := r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	return (origin == "" || own) && (site == "" || site == "same-origin" || site == "none" || opened)
}

// Pass returns a token for one visit. Use it in an address for another program: the list of processes
// shows that address to other users.
func (s *Server) Pass() string {
	pass := rand.Text()
	s.passes.Store(pass, true)
	return pass
}
