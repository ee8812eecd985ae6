-- What the public may report, and the programs that may send reports. The portal sees neither table, but what
-- replayable/portal_services.sql shows of them.

-- What people are told of a category. One without a row is open, in the group of its kind, and not personal.
CREATE TABLE open_service (
    category    text PRIMARY KEY, -- as in case_category
    is_open     boolean NOT NULL DEFAULT true,
    is_personal boolean NOT NULL DEFAULT false, -- the place may tell who reported it: it is shown roughly
    group_zh    text NOT NULL,
    group_en    text NOT NULL,
    keywords    text NOT NULL DEFAULT '' -- separated by commas
);

INSERT INTO open_service (category, group_zh, group_en)
SELECT part.kind || '/' || code, part.zh, part.en
FROM (VALUES
    ('event', '市容环境', 'Streets and cleanliness', ARRAY[
        '01-01', '01-07', '01-10', '01-11', '01-12', '01-13', '01-14', '01-17', '01-20', '01-22', '01-25', '01-26',
        '01-28', '01-29', '01-36', '01-37', '01-92', '01-93', '01-94', '01-95', '01-96', '01-97']),
    ('event', '广告招牌', 'Advertising', ARRAY['02-01', '02-02', '02-03', '02-04', '02-05', '02-06']),
    ('event', '施工管理', 'Building sites', ARRAY[
        '03-01', '03-02', '03-03', '03-04', '03-05', '03-06', '03-07', '03-08', '03-09', '03-10']),
    ('event', '街面秩序', 'Order in the street', ARRAY[
        '04-01', '04-02', '04-05', '04-06', '04-07', '04-08', '04-09', '04-10', '04-96', '04-97', '04-98']),
    ('event', '突发事件', 'Sudden events', ARRAY[
        '05-01', '05-02', '05-03', '05-04', '05-05', '05-06', '05-07', '05-08', '05-09', '05-10', '05-11', '05-12',
        '05-13', '05-96']),
    ('component', '公用设施', 'Public utilities', ARRAY[
        '01-01', '01-02', '01-03', '01-04', '01-06', '01-10', '01-11', '01-14', '01-18', '01-23', '01-25', '01-26',
        '01-27', '01-28', '01-30', '01-31', '01-37', '01-38', '01-39', '01-40', '01-45', '01-46', '01-49', '01-50',
        '01-54']),
    ('component', '道路交通设施', 'Road facilities', ARRAY[
        '02-01', '02-04', '02-06', '02-07', '02-11', '02-12', '02-17', '02-20', '02-24', '02-25']),
    ('component', '市容环境设施', 'Sanitary facilities', ARRAY[
        '03-01', '03-03', '03-04', '03-05', '03-06', '03-07', '03-08']),
    ('component', '园林绿化', 'Parks and trees', ARRAY['04-01', '04-02', '04-04', '04-07', '04-08', '04-10']),
    ('component', '其他设施', 'Other facilities', ARRAY['05-03', '05-07'])
) AS part (kind, zh, en, codes), unnest(part.codes) AS code;

-- Where a report is made from one's own home, or speaks of a person.
UPDATE open_service SET is_personal = true
WHERE category IN ('event/01-01', 'event/01-28', 'event/01-93', 'event/03-01', 'event/03-09', 'event/04-02',
                   'event/04-98', 'event/05-11');

UPDATE open_service SET keywords = words
FROM (VALUES
    ('event/01-13', '坑洼,路面,pothole'), ('event/05-06', '内涝,积水,flood'), ('event/05-05', '塌方,sinkhole'),
    ('event/01-28', '噪声,扰民,noise'), ('event/03-01', '噪声,夜间,noise'), ('event/03-04', '扬尘,dust'),
    ('event/04-08', '违停,停车,parking'), ('event/04-09', '共享单车,bicycle'), ('event/05-02', '煤气,天然气,gas'),
    ('component/01-37', '照明,不亮,lamp'), ('component/01-03', '井盖,manhole'), ('component/01-02', '井盖,manhole'),
    ('component/03-05', '垃圾桶,bin'), ('component/04-02', '树木,倒伏,tree')
) AS said (category, words)
WHERE open_service.category = said.category;

-- Programs that may send reports by Open311. The key is told once; here is its SHA-256.
CREATE TABLE portal_key (
    key_name   text PRIMARY KEY CHECK (key_name ~ '^[a-z][a-z0-9._-]{0,63}$'),
    key_hash   bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    revoked_at timestamptz
);
