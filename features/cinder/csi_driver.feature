@cinder @csi
Feature: What a CSI driver asks
  The driver that gives Kubernetes its volumes looks for a volume by name before it creates it, so that asking twice makes one;
  tags it with its cluster; makes volumes of snapshots, volumes and backups; attaches them to nodes by way of Nova; and grows
  them while a node has them. Here are its requests, in its order, at the microversions that it asks for.

  @op:cinder.volumes.create @op:cinder.volumes.list_detail
  Scenario: A volume is created once
    Given a volume type "csi"
    And block storage microversion 3.34
    When I send GET "volumes/detail?name={name:pvc}" to Cinder
    Then the answer says:
      | volumes | [] |
    Given block storage microversion 3.0
    When I create "pvc" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:pvc}", "description": "Created by OpenStack Cinder CSI driver",
        "volume_type": "{csi}", "availability_zone": "nova",
        "metadata": {"cinder.csi.openstack.org/cluster": "kubernetes", "csi.storage.k8s.io/pvc/name": "data"}}}
      """
    Then the answer is 202
    And the answer says:
      | volume.status            | creating |
      | volume.availability_zone | nova     |
    And the volume "pvc" becomes "available"
    Given block storage microversion 3.34
    When I send GET "volumes/detail?name={name:pvc}" to Cinder
    Then the answer says:
      | volumes.0.id                                        | {pvc}           |
      | volumes.0.size                                      | 1               |
      | volumes.0.availability_zone                         | nova            |
      | volumes.0.metadata.cinder.csi.openstack.org/cluster | kubernetes      |
      | volumes.0.metadata.csi.storage.k8s.io/pvc/name      | data            |
      | volumes.1                                           | (no such field) |

  @op:cinder.volumes.create @op:cinder.snapshots.create @op:cinder.snapshots.list @op:cinder.snapshots.show
  Scenario: A volume of a snapshot
    Given an available volume "pvc" of 1 GiB
    When I send GET "snapshots?name={name:snap}" to Cinder
    Then the answer says:
      | snapshots | [] |
    When I create "snap" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{pvc}", "name": "{name:snap}", "description": "Created by OpenStack Cinder CSI driver",
        "metadata": {"cinder.csi.openstack.org/cluster": "kubernetes"}}}
      """
    Then the snapshot "snap" becomes "available"
    When I send GET "snapshots?status=available&volume_id={pvc}&limit=1" to Cinder
    Then the answer says:
      | snapshots.0.id         | {snap} |
      | snapshots.0.volume_id  | {pvc}  |
      | snapshots.0.size       | 1      |
    When I create "restored" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 2, "name": "{name:restored}", "snapshot_id": "{snap}", "metadata": {"cinder.csi.openstack.org/cluster": "kubernetes"}}}
      """
    Then the volume "restored" becomes "available"
    And the volume "restored" has:
      | size         | 2 |
    When I send GET "volumes/{restored}" to Cinder
    Then the answer says:
      | volume.snapshot_id | {snap} |

  @op:cinder.volumes.create
  Scenario: A volume of a volume
    Given an available volume "pvc" of 1 GiB
    When I create "clone" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:clone}", "source_volid": "{pvc}", "metadata": {"cinder.csi.openstack.org/cluster": "kubernetes"}}}
      """
    Then the volume "clone" becomes "available"
    When I send GET "volumes/{clone}" to Cinder
    Then the answer says:
      | volume.source_volid | {pvc} |
      | volume.size         | 1     |

  @op:cinder.volumes.create @op:cinder.backups.create @op:cinder.snapshots.show @op:cinder.backups.show
  Scenario: A volume of a backup, which goes by the id of a snapshot
    Given an available volume "pvc" of 1 GiB
    And I create "snap" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{pvc}", "name": "{name:snap}"}}
      """
    And the snapshot "snap" becomes "available"
    And block storage microversion 3.51
    When I create "backup" by POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{pvc}", "snapshot_id": "{snap}", "name": "{name:backup}", "force": false,
        "metadata": {"cinder.csi.openstack.org/cluster": "kubernetes"}}}
      """
    Then the backup "backup" becomes "available"
    When I try to send GET "snapshots/{backup}" to Cinder
    Then it is refused as not found, saying "Snapshot {backup} could not be found."
    When I send GET "backups/{backup}" to Cinder
    Then the answer says:
      | backup.status | available |
    When I create "restored" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:restored}", "backup_id": "{backup}"}}
      """
    Then the volume "restored" becomes "available"

  @op:cinder.volumes.list_detail
  Scenario: All volumes, page by page
    Given an available volume "first" of 1 GiB
    And an available volume "second" of 1 GiB
    When I send GET "volumes/detail?limit=1" to Cinder
    Then the answer says:
      | volumes.1           | (no such field) |
      | volumes_links.0.rel | next            |
    When I send GET "volumes/detail?limit=1&marker={second}&name={name:first}" to Cinder
    Then the answer says:
      | volumes.0.id | {first}         |
      | volumes.1    | (no such field) |
    When I try to send GET "volumes/detail?limit=1&marker=00000000-0000-4000-8000-000000000000" to Cinder
    Then it is refused as not found, saying "Volume 00000000-0000-4000-8000-000000000000 could not be found."

  @op:cinder.volumes.create
  Scenario Outline: A volume <where> another one
    Given an available volume "pvc" of 1 GiB
    When I create "more" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:more}"}, "OS-SCH-HNT:scheduler_hints": {"<hint>": ["{pvc}"]}}
      """
    Then the volume "more" becomes "available"

    Examples:
      | where     | hint           |
      | beside    | same_host      |
      | away from | different_host |

  @op:cinder.volumes.os-extend
  Scenario: A volume that no node has grows
    Given an available volume "pvc" of 1 GiB
    When I send POST "volumes/{pvc}/action" to Cinder:
      """
      {"os-extend": {"new_size": 2}}
      """
    Then the answer is 202
    And the volume "pvc" becomes "available"
    And the volume "pvc" has:
      | size | 2 |

  @op:cinder.volumes.delete
  Scenario: A volume is deleted twice
    Given an available volume "pvc" of 1 GiB
    When I send DELETE "volumes/{pvc}" to Cinder
    Then the answer is 202
    And the volume "pvc" disappears
    When I try to send DELETE "volumes/{pvc}" to Cinder
    Then it is refused as not found, saying "Volume {pvc} could not be found."

  @nova @config:compute @op:nova.servers.volume_attachments.create @op:cinder.volumes.os-extend @op:nova.servers.volume_attachments.delete
  Scenario: A node has a volume, which grows meanwhile
    Given an active image "golden" with the data "hello"
    And an active server "node" from the image "golden"
    And an available volume "pvc" of 1 GiB
    When I send GET "volumes/{pvc}" to Cinder
    Then the answer says:
      | volume.attachments | []    |
      | volume.multiattach | false |
    When I send GET "servers/{node}" to Nova
    Then the answer is 200
    When I send POST "servers/{node}/os-volume_attachments" to Nova:
      """
      {"volumeAttachment": {"volumeId": "{pvc}"}}
      """
    Then the answer is 200
    And the volume "pvc" becomes "in-use"
    When I send GET "volumes/{pvc}" to Cinder
    Then the answer says:
      | volume.attachments.0.server_id | {node}          |
      | volume.attachments.0.volume_id | {pvc}           |
      | volume.attachments.0.device    | /dev/vdb        |
      | volume.attachments.1           | (no such field) |
    When I try to send DELETE "volumes/{pvc}" to Cinder
    Then it is refused as a bad request
    Given block storage microversion 3.42
    When I send POST "volumes/{pvc}/action" to Cinder:
      """
      {"os-extend": {"new_size": 2}}
      """
    Then the answer is 202
    And the volume "pvc" becomes "in-use"
    And the volume "pvc" has:
      | size | 2 |
    When I send DELETE "servers/{node}/os-volume_attachments/{pvc}" to Nova
    Then the answer is 202
    And the volume "pvc" becomes "available"
    And the volume "pvc" is attached to no server
    When I delete the volume "pvc"
    Then the volume "pvc" disappears

  @nova @config:compute @op:cinder.snapshots.create
  Scenario: A snapshot of a volume that a node has
    Given an active image "golden" with the data "hello"
    And an available volume "pvc" of 1 GiB
    And an active server "node" from the image "golden"
    And I attach the volume "pvc" to the server "node"
    And the volume "pvc" becomes "in-use"
    When I try to send POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{pvc}", "name": "{name:snap}", "force": false}}
      """
    Then it is refused as a bad request, saying "Invalid volume: Volume {pvc} status must be available, but current status is: in-use."
    When I create "snap" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{pvc}", "name": "{name:snap}", "force": true}}
      """
    Then the snapshot "snap" becomes "available"

  @nova @config:compute @op:nova.servers.volume_attachments.create
  Scenario: A volume that two nodes have
    Given an active image "golden" with the data "hello"
    And the administrator creates "shared" by POST "types" to Cinder:
      """
      {"volume_type": {"name": "{name:shared}", "extra_specs": {"multiattach": "<is> True"}}}
      """
    And I create "pvc" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:pvc}", "volume_type": "{shared}"}}
      """
    And the volume "pvc" becomes "available"
    And an active server "node" from the image "golden"
    And an active server "other" from the image "golden"
    When I attach the volume "pvc" to the server "node"
    And the volume "pvc" becomes "in-use"
    And I attach the volume "pvc" to the server "other"
    Then the server "other" has the volumes "pvc"
    And the volume "pvc" is attached to the server "node"
    And the volume "pvc" is attached to the server "other"
    When I detach the volume "pvc" from the server "other"
    Then the server "other" has the volumes ""
    And the volume "pvc" is attached to the server "node"
