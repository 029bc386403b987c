package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/control/client"
)

func newData() *cobra.Command {
	cmd, r := newCloudRemote("data", "Read and write what volumes hold", `Volumes hold real bytes, and so do their snapshots and backups: read shows a range of them, write puts
bytes into a volume, as a server would that has it attached. FILE is standard output or input unless it is given.`,
		`  echo hello | fauxstack data write 5f1c0f2b-4f0e-4d86-8c5e-3f1f0d1f6a0b
  fauxstack data read --length 6 5f1c0f2b-4f0e-4d86-8c5e-3f1f0d1f6a0b
  fauxstack data read --kind snapshot --offset 4096 --length 512 0c2c5f0e-7c8b-4b7e-9a3d-2b4c6d8e0f1a sector.bin`)
	var offset, length int64
	var kind string
	read := r.verb(cmd, "read ID [FILE]", "Read a range of a volume, a snapshot or a backup", cobra.RangeArgs(1, 2),
		func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
			of, err := dataKind(kind)
			if err != nil {
				return err
			}
			data, err := c.ReadData(ctx, r.cloud, of, args[0], offset, length)
			if err != nil {
				return err
			}
			defer data.Close()
			if len(args) == 1 || args[1] == "-" {
				_, err = io.Copy(w, data)
				return err
			}
			file, err := os.Create(args[1])
			if err != nil {
				return err
			}
			n, err := io.Copy(file, data)
			if err := errors.Join(err, file.Close()); err != nil {
				return err
			}
			return r.say(w, "%d bytes are in %s", n, args[1])
		})
	read.Flags().StringVar(&kind, "kind", "volume", "`volume, snapshot or backup`")
	read.Flags().Int64Var(&offset, "offset", 0, "first `BYTE` to read")
	read.Flags().Int64Var(&length, "length", -1, "how many `BYTES` to read; -1 is all the rest")

	write := r.verb(cmd, "write VOLUME [FILE]", "Write over the bytes of a volume", cobra.RangeArgs(1, 2),
		func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
			file := io.NopCloser(os.Stdin)
			if len(args) == 2 && args[1] != "-" {
				var err error
				if file, err = os.Open(args[1]); err != nil {
					return err
				}
			}
			defer file.Close()
			n, err := c.WriteVolume(ctx, r.cloud, args[0], offset, file)
			if err != nil {
				return err
			}
			return r.say(w, "%d bytes are written to volume %s", n, args[0])
		})
	write.Flags().Int64Var(&offset, "offset", 0, "first `BYTE` to write")
	return cmd
}

func dataKind(kind string) (client.DataKind, error) {
	switch kind {
	case "volume", "snapshot", "backup":
		return client.DataKind(kind + "s"), nil
	}
	return "", fmt.Errorf("kind %q: want volume, snapshot or backup", kind)
}
