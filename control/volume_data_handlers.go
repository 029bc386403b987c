package control

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/fauxstack/fauxstack/emulator/cinder"
)

func (s *Server) volumeRead(c *call) (any, error) {
	return c.sendData(c.cloud.emu.Cinder().VolumeData, "volume")
}

func (s *Server) volumeSnapshotRead(c *call) (any, error) {
	return c.sendData(c.cloud.emu.Cinder().SnapshotData, "snapshot")
}

func (s *Server) backupRead(c *call) (any, error) {
	return c.sendData(c.cloud.emu.Cinder().BackupData, "backup")
}

// sendData answers with the bytes that the path names, or the range of them that the request asks for.
func (c *call) sendData(of func(ctx context.Context, id string) (cinder.Data, error), what string) (any, error) {
	data, err := of(c.r.Context(), c.r.PathValue(what))
	if err != nil {
		return nil, dataProblem(err)
	}
	c.w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(c.w, c.r, "", time.Time{}, data)
	return sent{}, nil
}

// volumeWrite puts the body over the bytes of a volume.
func (s *Server) volumeWrite(c *call) (any, error) {
	var offset int64
	if text := c.r.URL.Query().Get("offset"); text != "" {
		var err error
		if offset, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, invalid("offset %q: want a number of bytes", text)
		}
	}
	n, err := c.cloud.emu.Cinder().WriteVolume(c.r.Context(), c.r.PathValue("volume"), offset, c.r.Body)
	if err != nil {
		return nil, dataProblem(err)
	}
	return map[string]int64{"written": n}, nil
}

func dataProblem(err error) error {
	switch {
	case errors.Is(err, cinder.ErrNoData):
		return &problem{http.StatusNotFound, "not_found", err.Error()}
	case errors.Is(err, cinder.ErrNoRoom):
		return invalid("%w", err)
	}
	return err
}
