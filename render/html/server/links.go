package server

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"strings"

	"github.com/slidexec/slidexec/internal/qr"
)

// drawnLink is a link with its QR code: a square of Size units with an SVG path.
type drawnLink struct {
	Link
	Size int    `json:"size"`
	Path string `json:"path"`
}

// links answers with the addresses that a visitor may give away: the roles with less than all rights of
// the visitor's own.
func (s *Server) links(w http.ResponseWriter, r *http.Request) {
	all := []drawnLink{}
	for _, l := range s.Links()[1:] {
		if roleOf(r) == remote && l.Role == remote.name {
			continue // whoever has the phone can show it
		}
		code, err := qr.New(l.URL)
		if err != nil {
			refuse(w, http.StatusInternalServerError, err.Error())
			return
		}
		all = append(all, drawnLink{l, code.Size(), code.Path()})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(all) // on an error, the reader has closed the connection
}

// near reports whether an address leads every machine to itself.
func near(base string) bool {
	_, host, _ := strings.Cut(base, "://")
	host, _, _ = strings.Cut(host, "/")
	host = strings.Trim(hostname(host), "[]")
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
