package main

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/control/client"
)

func newSnapshot() *cobra.Command {
	cmd, r := newCloudRemote("snapshot", "Keep how a cloud is, and take it back there",
		`A snapshot is a whole cloud at one moment: resources, data, what is still to happen, its time. The server
keeps it until it is deleted or the server ends; save writes it to a file, load reads one.`,
		`  fauxstack snapshot take before
  fauxstack snapshot restore before
  fauxstack snapshot save before before.snapshot
  fauxstack snapshot load elsewhere before.snapshot`)
	r.verb(cmd, "list", "List the snapshots", cobra.NoArgs, func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
		list, err := c.Snapshots(ctx, r.cloud)
		if err != nil {
			return err
		}
		return r.printSnapshots(w, list, list...)
	})
	r.verb(cmd, "take NAME", "Keep how the cloud is now", cobra.ExactArgs(1), func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
		taken, err := c.Snapshot(ctx, r.cloud, args[0])
		if err != nil {
			return err
		}
		return r.printSnapshots(w, taken, taken)
	})
	r.verb(cmd, "restore NAME", "Make the cloud what it was", cobra.ExactArgs(1), func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
		if err := c.Restore(ctx, r.cloud, args[0]); err != nil {
			return err
		}
		return r.say(w, "cloud %s is as it was in snapshot %s", r.cloud, args[0])
	})
	r.verb(cmd, "delete NAME...", "Forget snapshots", cobra.MinimumNArgs(1), func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
		for _, name := range args {
			if err := c.DeleteSnapshot(ctx, r.cloud, name); err != nil {
				return err
			}
			if err := r.say(w, "snapshot %s is deleted", name); err != nil {
				return err
			}
		}
		return nil
	})
	newSnapshotFiles(cmd, r)
	return cmd
}

func (r *remote) printSnapshots(w io.Writer, v any, list ...client.Snapshot) error {
	var rows [][]string
	for _, s := range list {
		now := ""
		if !s.Now.IsZero() {
			now = s.Now.Format(time.RFC3339)
		}
		rows = append(rows, []string{s.Name, s.CreatedAt.Format(time.RFC3339), now})
	}
	return r.print(w, v, "name,created,the cloud's time", rows)
}

// newSnapshotFiles adds the verbs about files; "-" is standard input or output.
func newSnapshotFiles(cmd *cobra.Command, r *remote) {
	r.verb(cmd, "save NAME FILE", "Write a snapshot to a file", cobra.ExactArgs(2),
		func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
			if args[1] == "-" {
				return c.SaveSnapshot(ctx, r.cloud, args[0], w)
			}
			temp := args[1] + ".tmp"
			file, err := os.OpenFile(temp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
			if err != nil {
				return err
			}
			err = errors.Join(c.SaveSnapshot(ctx, r.cloud, args[0], file), file.Close())
			if err == nil {
				err = os.Rename(temp, args[1])
			}
			if err != nil {
				return errors.Join(err, os.Remove(temp))
			}
			return r.say(w, "snapshot %s is in %s", args[0], args[1])
		})
	r.verb(cmd, "load NAME FILE", "Read a snapshot from a file", cobra.ExactArgs(2),
		func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
			file := io.NopCloser(os.Stdin)
			if args[1] != "-" {
				var err error
				if file, err = os.Open(args[1]); err != nil {
					return err
				}
			}
			defer file.Close()
			if err := c.LoadSnapshot(ctx, r.cloud, args[0], file); err != nil {
				return err
			}
			return r.say(w, "snapshot %s is there; `fauxstack snapshot restore %s` makes the cloud what it was", args[0], args[0])
		})
}
