package sandbox

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// systemTrees are mounted as they are; links of the host are made again as links.
var systemTrees = []string{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store"}

// systemFiles are the parts of /etc and /var without which programs of the system do not work: the
// dynamic linker's, the links behind cc and java, name lookup, the time zone, and files that
// languages and typesetters keep outside /usr.
var systemFiles = []string{
	"/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
	"/etc/nsswitch.conf", "/etc/localtime", "/etc/protocols", "/etc/services", "/etc/mime.types",
	"/etc/terminfo", "/etc/fonts", "/etc/perl", "/etc/R", "/etc/texmf", "/var/lib/texmf", "/var/lib/ghc",
}

// releases name the system, to programs that ask before they do anything, and to a talk.
var releases = []string{
	"/etc/os-release", "/etc/lsb-release", "/etc/debian_version", "/etc/alpine-release", "/etc/arch-release",
	"/etc/fedora-release", "/etc/redhat-release", "/etc/SuSE-release",
}

// releaseMounts shows the existing releases; a link into a tree of the system stays a link.
func releaseMounts() (mounts []Mount) {
	for _, path := range releases {
		target, err := os.Readlink(path)
		if real := filepath.Join("/etc", target); err == nil && !filepath.IsAbs(target) && strings.HasPrefix(real, "/usr/") {
			mounts = append(mounts, Mount{Kind: Symlink, Src: target, Dst: path})
			continue
		}
		if src, err := filepath.EvalSymlinks(path); err == nil {
			mounts = append(mounts, Mount{Kind: ReadOnly, Src: src, Dst: path, Optional: true})
		}
	}
	return mounts
}

// systemTexts are files of /etc with our content, which shows nothing of the machine.
var systemTexts = map[string]string{
	"/etc/passwd":     "root:x:0:0:root:/root:/usr/sbin/nologin\nspeaker:x:1000:1000:speaker:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
	"/etc/group":      "root:x:0:\nspeaker:x:1000:\nnogroup:x:65534:\n",
	"/etc/hosts":      "127.0.0.1 localhost sandbox\n::1 localhost ip6-localhost sandbox\n",
	"/etc/hostname":   "sandbox\n",
	"/etc/host.conf":  "multi on\n",
	"/etc/machine-id": "5ee5a5d00d0c4a8bb05e11de8ec00000\n",
	"/etc/shells":     "/bin/sh\n/bin/bash\n",
}

// networkFiles are needed to reach other machines, besides NetHost and certificateFiles: they say
// where names are looked up.
var networkFiles = []string{"/etc/resolv.conf", "/etc/hosts", "/etc/gai.conf"}

// certificateFiles are the certificates that a TLS client trusts.
var certificateFiles = []string{"/etc/ssl", "/etc/ca-certificates", "/etc/ca-certificates.conf", "/etc/pki", "/etc/crypto-policies"}

// mountPoints exist on every machine; here they are empty. Programs that build a container mount on
// them, and could not make them, because the root is read-only.
var mountPoints = []string{"/mnt", "/opt", "/run", "/srv", "/sys", "/var"}

// System returns the mounts with which most programs of the machine run: its programs and libraries
// read-only, the few files of /etc that those need, and a user called speaker. They hold no
// secrets, and none is writable. The order is always the same.
func System() []Mount {
	var mounts []Mount
	for _, path := range systemTrees {
		if target, err := os.Readlink(path); err == nil {
			mounts = append(mounts, Mount{Kind: Symlink, Src: target, Dst: path})
		} else {
			mounts = append(mounts, Mount{Kind: ReadOnly, Src: path, Dst: path, Optional: true})
		}
	}
	for _, path := range mountPoints {
		mounts = append(mounts, Mount{Kind: Dir, Dst: path})
	}
	java, _ := filepath.Glob("/etc/java-*") // only a bad pattern is an error
	for _, path := range append(java, systemFiles...) {
		mounts = append(mounts, Mount{Kind: ReadOnly, Src: path, Dst: path, Optional: true})
	}
	mounts = append(mounts, releaseMounts()...)
	for _, path := range slices.Sorted(maps.Keys(systemTexts)) {
		mounts = append(mounts, Mount{Kind: File, Dst: path, Data: []byte(systemTexts[path])})
	}
	return mounts
}

// Network returns the mounts that a program needs besides NetHost and System to reach other
// machines: resolver settings and trusted certificates. It replaces entries of System, so append it
// to them.
func Network() []Mount { return append(machineFiles(networkFiles), Certificates()...) }

// Certificates returns the part of Network that a TLS client trusts. A program needs no more of
// Network if its one way out is Door.
func Certificates() []Mount { return machineFiles(certificateFiles) }

// machineFiles returns mounts of the existing paths of a list.
func machineFiles(paths []string) []Mount {
	var mounts []Mount
	for _, path := range paths {
		src, err := filepath.EvalSymlinks(path) // resolv.conf often leads to /run, which is not mounted
		if err != nil {
			continue
		}
		mounts = append(mounts, Mount{Kind: ReadOnly, Src: src, Dst: path, Optional: true})
	}
	return mounts
}
