//go:build unix

package ingest

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
	"testing"
)

// asServer returns how to run a command as somebody whom the server accepts:
// root it does not.
func asServer(t *testing.T, dir string) func(*exec.Cmd) {
	t.Helper()
	attributes := asServerProcess(t)
	if c := attributes.Credential; c != nil {
		if err := os.Chown(dir, int(c.Uid), int(c.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	return func(c *exec.Cmd) {
		c.SysProcAttr = attributes
		c.Dir = dir
		out, err := os.CreateTemp("", "out") // a pipe would stay open with the server
		if err != nil {
			t.Fatal(err)
		}
		defer os.Remove(out.Name())
		defer out.Close()
		c.Stdout, c.Stderr = out, out
		if err := c.Run(); err != nil {
			text, _ := os.ReadFile(out.Name())
			t.Fatalf("%v: %v\n%s", c, err, text)
		}
	}
}

// asServerProcess returns the attributes of a process of nobody's, if this one
// is root's.
func asServerProcess(t *testing.T) *syscall.SysProcAttr {
	t.Helper()
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Skip(err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}
