//go:build !linux

package remote

import "net"

// sameUser trusts the permissions of the socket's folder.
func sameUser(net.Conn) error { return nil }
