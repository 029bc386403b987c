package control_test

import (
	"io"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/snapshots"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/fauxstack/fauxstack/control/client"
)

func TestBytesOfVolumes(t *testing.T) {
	s := serve(t)
	cinder := s.cinder(must(s.Cloud(t.Context(), "default"))(t).AuthURL)
	id := must(volumes.Create(t.Context(), cinder, volumes.CreateOpts{Size: 1}, nil).Extract())(t).ID
	write := func(offset int64, text string) (int64, error) {
		return s.WriteVolume(t.Context(), "default", id, offset, strings.NewReader(text))
	}
	must(write(10, "hello"))(t)
	snapshot := must(snapshots.Create(t.Context(), cinder, snapshots.CreateOpts{VolumeID: id}).Extract())(t).ID
	must(snapshots.Get(t.Context(), cinder, snapshot).Extract())(t)
	if n := must(write(12, "y, you"))(t); n != 6 {
		t.Errorf("%d bytes written", n)
	}
	for _, row := range []struct {
		kind      client.DataKind
		id        string
		offset, n int64
		want      string
	}{
		{client.VolumeData, id, 10, 8, "hey, you"},
		{client.VolumeData, id, 8, 4, "\x00\x00he"},
		{client.VolumeData, id, 1<<30 - 2, -1, "\x00\x00"},
		{client.VolumeData, id, 0, 0, ""},
		{client.SnapshotData, snapshot, 10, 5, "hello"},
	} {
		body, err := s.ReadData(t.Context(), "default", row.kind, row.id, row.offset, row.n)
		if err != nil {
			t.Errorf("%+v: %v", row, err)
			continue
		}
		if raw, err := io.ReadAll(body); string(raw) != row.want || err != nil {
			t.Errorf("%+v: %q, %v", row, raw, err)
		}
		body.Close()
	}
	for want, err := range map[string]error{
		"volume \"nobody\": it does not exist": ask(s.WriteVolume(t.Context(), "default", "nobody", 0, strings.NewReader("x"))),
		"not within the volume":                ask(write(1<<30-1, "xy")),
		"backup \"nobody\"":                    ask(s.ReadData(t.Context(), "default", client.BackupData, "nobody", 0, -1)),
		"invalid range":                        ask(s.ReadData(t.Context(), "default", client.VolumeData, id, 1<<30, -1)),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if a := s.api("PUT", "/clouds/default/data/volumes/"+id+"?offset=ten", "x"); a.status != 400 || !strings.Contains(a.body, `offset \"ten\"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func ask(_ any, err error) error { return err }
