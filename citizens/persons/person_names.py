"""Whether a text may name somebody: enough to have a person look at it twice, and never enough to let it pass. Pure.

A name is no form that can be told from other words for certain; what is found here is a doubt. It finds the commonest
surnames where a text says that a name comes, or in front of a title; whoever is called otherwise is not found.
"""

import re
import unicodedata

# The hundred commonest surnames of China, about 85 in a hundred people, and those of two characters that are met.
# Source: 公安部户政管理研究中心, 二〇二〇年全国姓名报告 (the order is not used).
_ONE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_TWO = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|端木|夏侯|轩辕|长孙|宇文"
_SURNAME = rf"(?:{_TWO}|[{_ONE}])"
_GIVEN = r"[\u4e00-\u9fff]"
_SAYS_SO = (
    "我叫|名叫|名字叫|名字是|姓名|联系人|当事人|投诉人|举报人|反映人|被举报人|户主|业主|租户|房东|邻居|经办人|"
    "负责人|本人"
)
_TITLE = "先生|女士|小姐|太太|师傅|老师|大爷|大妈|阿姨|叔叔|同志|医生|经理|主任|书记|局长|科长|所长|队长|老板"
_NAMED = re.compile(rf"(?:{_SAYS_SO})[是为叫：:\s]{{0,3}}{_SURNAME}\s?{_GIVEN}{{1,2}}")
_TITLED = re.compile(rf"{_SURNAME}{_GIVEN}{{0,2}}(?:{_TITLE})")
_ENGLISH = re.compile(r"\b(?:my name is|i am called|mr|mrs|ms|miss|dr)\b\.?\s+[A-Z][a-z]+", re.IGNORECASE)


def may_name_somebody(text: str) -> bool:
    """Whether a text holds what may be the name of somebody. False says nothing: most names are found by reading."""
    plain = unicodedata.normalize("NFKC", text)
    return any(pattern.search(plain) for pattern in (_NAMED, _TITLED, _ENGLISH))
