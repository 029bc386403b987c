package persist_test

import (
	"bufio"
	"context"
	"flag"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var killRounds = flag.Int("kill-rounds", 5, "how often TestKillNine kills a server")

// writers is how many clients write at once.
const writers = 6

// TestKillNine kills a server under load, again and again, and looks each time whether all that it had answered is there
// when it starts the next time. The long run is
//
//	go test ./emulator/internal/persist -run TestKillNine -kill-rounds 200 -timeout 30m -v
func TestKillNine(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := filepath.Join(t.TempDir(), "data")
	var all []*writer
	for i := range writers {
		all = append(all, newWriter(i))
	}
	var token, project string
	for round := range *killRounds {
		child := startChild(t, dir)
		if round == 0 {
			token, project = authenticate(t, child.url)
		}
		for _, w := range all {
			w.client = client{child.url, token, project}
			w.verify(t)
		}
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
		load(all, time.Duration(20+rand.IntN(400))*time.Millisecond, child)
	}
	last := startChild(t, dir)
	var sum counts
	for _, w := range all {
		w.client.url = last.url
		w.verify(t)
		sum.add(w.counts)
	}
	last.end(t)
	blobs, err := os.ReadDir(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	// A volume keeps the data of an image that is gone, and what a cut off request made is there and nobody knows of it.
	if most := resources(all) + sum.cut; len(blobs) > most {
		t.Errorf("%d files for at most %d resources", len(blobs), most)
	}
	t.Logf("%d rounds: %d writes were answered, %d were cut off; %d resources and %d images' bytes were looked at again; none was lost",
		*killRounds, sum.answered, sum.cut, sum.verified, sum.hashed)
}

// load has all write until the child is killed.
func load(all []*writer, d time.Duration, child *child) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for _, w := range all {
		wg.Go(func() {
			for ctx.Err() == nil && w.write() {
			}
		})
	}
	timer := time.NewTimer(d) // how long a real process works has to be real time
	<-timer.C
	child.kill()
	cancel()
	wg.Wait()
}

// child is a server in a process of its own.
type child struct {
	cmd   *exec.Cmd
	stdin io.Closer
	url   string
}

func startChild(t *testing.T, dir string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{cmd: cmd, stdin: stdin}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		t.Fatalf("the server did not start: %s", complaint.String())
	}
	c.url = strings.TrimSpace(line)
	t.Cleanup(c.kill)
	return c
}

func (c *child) kill() {
	if c.cmd.ProcessState == nil {
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait()
	}
	http.DefaultClient.CloseIdleConnections()
}

func (c *child) end(t *testing.T) {
	t.Helper()
	_ = c.stdin.Close()
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
}
