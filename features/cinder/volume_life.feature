@cinder
Feature: The life of a volume
  A volume is created blank or from something else, grows, changes its type, goes back to its last snapshot, and is deleted once
  nothing hangs on it.

  Background:
    Given block storage microversion 3.59

  @op:cinder.volumes.create
  Scenario: What is answered at once, and what it is in the end
    When I create "boot" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:boot}", "description": "to start from", "metadata": {"color": "blue"}}}
      """
    Then the answer is 202
    And the answer says:
      | volume.status       | creating         |
      | volume.size         | 1                |
      | volume.name         | {name:boot}      |
      | volume.description  | to start from    |
      | volume.metadata     | {"color":"blue"} |
      | volume.bootable     | false            |
      | volume.multiattach  | false            |
      | volume.encrypted    | false            |
      | volume.snapshot_id  | null             |
      | volume.source_volid | null             |
      | volume.attachments  | []               |
      | volume.user_id      | {my user}        |
    And the volume "boot" becomes "available"

  @op:cinder.volumes.create
  Scenario: A volume of another volume's content
    Given an active image "golden" with the data "hello"
    And an available volume "boot" of 1 GiB from the image "golden"
    When I create "twin" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 2, "name": "{name:twin}", "source_volid": "{boot}"}}
      """
    Then the volume "twin" becomes "available"
    When I send GET "volumes/{twin}" to Cinder
    Then the answer says:
      | volume.source_volid                   | {boot}   |
      | volume.size                           | 2        |
      | volume.bootable                       | true     |
      | volume.volume_image_metadata.image_id | {golden} |

  @op:cinder.volumes.create @glance @slow
  Scenario: A volume of another volume's content has its bytes
    Given an active image "golden" with the data "hello"
    And an available volume "boot" of 1 GiB from the image "golden"
    And I create "twin" by POST "volumes" to Cinder:
      """
      {"volume": {"name": "{name:twin}", "source_volid": "{boot}"}}
      """
    And the volume "twin" becomes "available"
    When I upload the volume "twin" to an image "copy"
    And the upload ends
    Then the image "copy" holds the data "hello" and zeros up to 1 GiB

  @op:cinder.volumes.create
  Scenario Outline: No volume <of what>
    Given an available volume "boot" of 2 GiB
    When I try to send POST "volumes" to Cinder:
      """
      {"volume": <asked>}
      """
    Then it is refused as <refusal>, saying:
      """
      <message>
      """

    Examples:
      | of what                           | asked                                                                 | refusal       | message                                                                                                                  |
      | smaller than its source           | {"size": 1, "source_volid": "{boot}"}                                 | a bad request | Invalid input received: Volume size '1'GB cannot be smaller than original volume size  2GB. They must be >= original volume size. |
      | of a volume that does not exist   | {"size": 1, "source_volid": "00000000-0000-4000-8000-000000000000"}   | not found     | Volume 00000000-0000-4000-8000-000000000000 could not be found.                                                           |
      | of a snapshot that does not exist | {"size": 1, "snapshot_id": "00000000-0000-4000-8000-000000000000"}    | not found     | Snapshot 00000000-0000-4000-8000-000000000000 could not be found.                                                         |
      | of a backup that does not exist   | {"size": 1, "backup_id": "00000000-0000-4000-8000-000000000000"}      | not found     | Backup 00000000-0000-4000-8000-000000000000 could not be found.                                                           |
      | of a type that does not exist     | {"size": 1, "volume_type": "00000000-0000-4000-8000-000000000000"}    | not found     | Volume type 00000000-0000-4000-8000-000000000000 could not be found.                                                      |
      | in a zone that does not exist     | {"size": 1, "availability_zone": "atlantis"}                          | a bad request | Availability zone 'atlantis' is invalid.                                                                                  |
      | of no size                        | {"name": "nothing"}                                                   | a bad request | The server could not comply with the request since it is either malformed or otherwise incorrect. |
      | of the size 0                     | {"size": 0}                                                           | a bad request | Invalid input for field/attribute size. Value: 0. 0 is less than the minimum of 1 |

  @op:cinder.volumes.os-extend
  Scenario: A volume grows
    Given an available volume "boot" of 1 GiB
    When I send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-extend": {"new_size": 2}}
      """
    Then the answer is 202
    And the volume "boot" becomes "available"
    And the volume "boot" has:
      | size | 2 |

  @op:cinder.volumes.os-extend
  Scenario: A volume that is in use grows too
    Given an available volume "boot" of 1 GiB
    And I attach the volume "boot"
    When I send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-extend": {"new_size": 2}}
      """
    Then the volume "boot" becomes "in-use"
    And the volume "boot" has:
      | size | 2 |

  @op:cinder.volumes.os-extend
  Scenario: It did not before microversion 3.42
    Given block storage microversion 3.41
    And an available volume "boot" of 1 GiB
    And I attach the volume "boot"
    When I try to send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-extend": {"new_size": 2}}
      """
    Then it is refused as a bad request, saying "Invalid volume: Volume {boot} status must be '{'status': 'available'}' to extend, currently in-use."

  @op:cinder.volumes.os-extend
  Scenario: A volume does not shrink
    Given an available volume "boot" of 2 GiB
    When I try to send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-extend": {"new_size": 1}}
      """
    Then it is refused as a bad request, saying "Invalid input received: New size for extend must be greater than current size. (current: 2, extended: 1)."

  @op:cinder.volumes.os-retype
  Scenario: A volume changes its type
    Given a volume type "gold"
    And an available volume "boot" of 1 GiB
    When I change the type of the volume "boot" to "gold"
    Then the volume "boot" becomes "available"
    And block storage microversion 3.63
    When I send GET "volumes/{boot}" to Cinder
    Then the answer says:
      | volume.volume_type_id | {gold} |

  @op:cinder.volumes.os-retype
  Scenario Outline: Nor does it change its type to <what>
    Given a volume type "gold"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I try to send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-retype": {"new_type": "<type>", "migration_policy": "never"}}
      """
    Then it is refused as <refusal>, saying "<message>"

    Examples:
      | what             | type                                 | refusal       | message                                                                                      |
      | the one it has   | {gold}                               | a bad request | Invalid volume: Retype needs volume to be in available or in-use state, not be part of an active migration or a consistency group, requested type has to be different that the one from the volume, and for in-use volumes front-end qos specs cannot change.                                    |
      | one there is not | 00000000-0000-4000-8000-000000000000 | not found     | Volume type 00000000-0000-4000-8000-000000000000 could not be found.                         |

  @op:cinder.volumes.revert
  Scenario: A volume goes back to its last snapshot
    Given an available volume "boot" of 1 GiB
    And I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"
    When I send POST "volumes/{boot}/action" to Cinder:
      """
      {"revert": {"snapshot_id": "{monday}"}}
      """
    Then the answer is 202
    And the volume "boot" becomes "available"
    And the snapshot "monday" becomes "available"

  @op:cinder.volumes.revert
  Scenario: Only to the last one
    Given an available volume "boot" of 1 GiB
    And I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"
    And I create "tuesday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:tuesday}"}}
      """
    And the snapshot "tuesday" becomes "available"
    When I try to send POST "volumes/{boot}/action" to Cinder:
      """
      {"revert": {"snapshot_id": "{monday}"}}
      """
    Then it is refused as a bad request, saying "Specified snapshot {monday} is None or not the latest one of volume {boot}."

  @op:cinder.volumes.os-update_readonly_flag @op:cinder.volumes.os-set_bootable
  Scenario: Flags
    Given an available volume "boot" of 1 GiB
    When I send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-update_readonly_flag": {"readonly": true}}
      """
    Then the answer is 202
    When I send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-set_bootable": {"bootable": true}}
      """
    Then the answer is 200
    When I send GET "volumes/{boot}" to Cinder
    Then the answer says:
      | volume.bootable          | true |
      | volume.metadata.readonly | True |

  @op:cinder.volumes.os-reset_status
  Scenario: The administrator puts a volume's status right
    Given an available volume "boot" of 1 GiB
    When the administrator resets the status of the volume "boot" to "error"
    Then the volume "boot" is "error"
    When I try to send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-extend": {"new_size": 2}}
      """
    Then it is refused as a bad request, saying "Invalid volume: Volume {boot} status must be '{'status': 'available'}' to extend, currently error."
    When the administrator resets the status of the volume "boot" to "available"
    Then the volume "boot" is "available"

  @op:cinder.volumes.os-reset_status
  Scenario: Members do not
    Given an available volume "boot" of 1 GiB
    When I try to reset the status of the volume "boot" to "error"
    Then it is refused as forbidden, saying "Policy doesn't allow volume_extension:volume_admin_actions:reset_status to be performed."

  @op:cinder.volumes.delete
  Scenario: A volume that is in use is not deleted
    Given an available volume "boot" of 1 GiB
    And I attach the volume "boot"
    When I try to delete the volume "boot"
    Then it is refused as a bad request, saying "Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer."

  @op:cinder.volumes.delete
  Scenario: Nor is one that has snapshots, unless they go with it
    Given an available volume "boot" of 1 GiB
    And I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"
    When I try to delete the volume "boot"
    Then it is refused as a bad request, saying "Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer."
    When I send DELETE "volumes/{boot}?cascade=true" to Cinder
    Then the answer is 202
    And the volume "boot" disappears
    And the snapshot "monday" disappears

  @op:cinder.volumes.os-force_delete
  Scenario: Nobody but the administrator deletes by force
    Given an available volume "boot" of 1 GiB
    When I try to send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-force_delete": {}}
      """
    Then it is refused as forbidden, saying "Policy doesn't allow volume_extension:volume_admin_actions:force_delete to be performed."
    When the administrator resets the status of the volume "boot" to "creating"
    And the administrator sends POST "volumes/{boot}/action" to Cinder:
      """
      {"os-force_delete": {}}
      """
    Then the volume "boot" disappears
