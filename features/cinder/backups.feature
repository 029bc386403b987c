@cinder
Feature: Backups
  A backup is a copy of a volume that outlives it. Further ones of the same volume may hold only what has changed since.

  Background:
    Given block storage microversion 3.59
    And an available volume "boot" of 1 GiB

  @op:cinder.backups.create @op:cinder.backups.show
  Scenario: A backup is made
    When I create "monday" by POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{boot}", "name": "{name:monday}", "description": "before", "metadata": {"color": "blue"}}}
      """
    Then the answer is 202
    And the answer says:
      | backup.name | {name:monday} |
    And the backup "monday" becomes "available"
    And the volume "boot" becomes "available"
    When I send GET "backups/{monday}" to Cinder
    Then the answer says:
      | backup.volume_id             | {boot}           |
      | backup.size                  | 1                |
      | backup.is_incremental        | false            |
      | backup.has_dependent_backups | false            |
      | backup.fail_reason           | null             |
      | backup.metadata              | {"color":"blue"} |

  @op:cinder.backups.create @op:cinder.backups.delete
  Scenario: What an incremental one builds on stays
    Given I create "monday" by POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the backup "monday" becomes "available"
    And the volume "boot" becomes "available"
    When I create "tuesday" by POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{boot}", "name": "{name:tuesday}", "incremental": true}}
      """
    Then the backup "tuesday" becomes "available"
    When I send GET "backups/{tuesday}" to Cinder
    Then the answer says:
      | backup.is_incremental | true |
    When I try to send DELETE "backups/{monday}" to Cinder
    Then it is refused as a bad request, saying "Invalid backup: Incremental backups exist for this backup."

  @op:cinder.backups.create
  Scenario: Nothing to build on
    When I try to send POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{boot}", "incremental": true}}
      """
    Then it is refused as a bad request, saying "Invalid backup: No backups available to do an incremental backup."

  @op:cinder.backups.restore
  Scenario: Restored to a new volume
    Given I create "monday" by POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the backup "monday" becomes "available"
    When I send POST "backups/{monday}/restore" to Cinder:
      """
      {"restore": {"name": "{name:again}"}}
      """
    Then the answer is 202
    And "restore.volume_id" of the answer is the volume "again"
    And the backup "monday" becomes "available"
    And the volume "again" becomes "available"
    And the volume "again" has:
      | size | 1 |

  @op:cinder.backups.restore @glance @slow
  Scenario: The bytes come back to the volume they are of
    Given an active image "golden" with the data "hello"
    And an available volume "data" of 1 GiB from the image "golden"
    And I create "monday" by POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{data}", "name": "{name:monday}"}}
      """
    And the backup "monday" becomes "available"
    And the volume "data" becomes "available"
    When I send POST "backups/{monday}/restore" to Cinder:
      """
      {"restore": {"volume_id": "{boot}"}}
      """
    Then the backup "monday" becomes "available"
    And the volume "boot" becomes "available"
    When I upload the volume "boot" to an image "copy"
    And the upload ends
    Then the image "copy" holds the data "hello" and zeros up to 1 GiB

  @op:cinder.backups.restore
  Scenario: Not to a smaller volume
    Given an available volume "large" of 2 GiB
    And I create "monday" by POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{large}", "name": "{name:monday}"}}
      """
    And the backup "monday" becomes "available"
    When I try to send POST "backups/{monday}/restore" to Cinder:
      """
      {"restore": {"volume_id": "{boot}"}}
      """
    Then it is refused as a bad request, saying "Invalid volume: volume size 1 is too small to restore backup of size 2."

  @op:cinder.backups.create
  Scenario: Of a volume in use, for who insists
    Given I attach the volume "boot"
    When I try to send POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{boot}"}}
      """
    Then it is refused as a bad request, saying "Invalid volume: Backing up an in-use volume must use the force flag."
    When I create "monday" by POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{boot}", "name": "{name:monday}", "force": true}}
      """
    Then the backup "monday" becomes "available"
    And the volume "boot" becomes "in-use"

  @op:cinder.backups.export_record
  Scenario: Members export no records
    Given I create "monday" by POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the backup "monday" becomes "available"
    When I try to send GET "backups/{monday}/export_record" to Cinder
    Then it is refused as forbidden, saying "Policy doesn't allow backup:export-import to be performed."
    When the administrator sends GET "backups/{monday}/export_record" to Cinder
    Then the answer is 200
